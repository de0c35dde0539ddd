/** One file on its way up: with progress, a new token where the old one is stale, and an end to silence. */
import { renewToken } from "./csrf.js";

const SILENCE = 60_000; // milliseconds without any progress: the signal is gone, whatever the phone says

/** Why a file did not arrive. `final`: trying again does not help. `message` is the server's, in the reader's words. */
export class UploadFailed extends Error {
  constructor(message, { final = false } = {}) {
    super(message);
    this.final = final;
  }
}

/** Resolves to the server's answer (see `reports/views/uploads.py`); rejects with `UploadFailed`. */
export async function upload(form, url, fields, { onProgress, signal }) {
  let answer = await post(form, url, fields, { onProgress, signal });
  if (answer.status === 403) {
    await renewToken(form).catch(() => {
      throw new UploadFailed("");
    });
    answer = await post(form, url, fields, { onProgress, signal });
  }
  if (answer.status === 201 && answer.body) return answer.body;
  const message = answer.body?.error?.message ?? "";
  throw new UploadFailed(message, { final: answer.status === 400 || answer.status === 413 });
}

function post(form, url, fields, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const data = new FormData();
    for (const [name, value, ...rest] of fields) data.append(name, value, ...rest);
    const request = new XMLHttpRequest();
    let timer = null;
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE);
    };
    const fail = () => {
      clearTimeout(timer);
      reject(new UploadFailed(""));
    };
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      listen();
      onProgress(total ? loaded / total : 0);
    });
    request.addEventListener("load", () => {
      clearTimeout(timer);
      resolve({ status: request.status, body: request.response });
    });
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    listen();
    request.send(data);
  });
}
