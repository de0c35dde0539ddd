/** "My drafts", and the page for no signal. */
import { showList } from "./drafts_list.js";

showList({ always: true });
