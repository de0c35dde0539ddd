/** Remembers in this tab that the form was taken, for somebody who goes "back" (see new.js). */
const { submission } = document.getElementById("receipt").dataset;
if (submission) sessionStorage.setItem("submission-taken", submission);
