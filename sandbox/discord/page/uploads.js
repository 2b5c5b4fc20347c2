// Files on their way to Discord: uploaded at once when chosen, referred to by id when the command is sent.

import { el, icon, isolated, readableSize } from "./dom.js";

const LARGEST = 25 * 1024 * 1024; // bytes: Discord's own client refuses beyond this

/** A chosen file. `done` settles to {id} or {error} in words; `abort()` stops the upload. */
export class Upload {
  constructor(file) {
    this.file = file;
    this.controller = new AbortController();
    this.preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    this.done =
      file.size > LARGEST ? Promise.resolve({ error: "This file is too big; the limit is 25 MB." }) : this.send();
  }

  async send() {
    const form = new FormData();
    form.append("file", this.file, this.file.name);
    try {
      const answer = await fetch("/page/upload", { method: "POST", body: form, signal: this.controller.signal });
      const body = await answer.json().catch(() => ({}));
      return answer.ok ? { id: body.id } : { error: body.message ?? "This file couldn't be uploaded." };
    } catch {
      return { error: "This file couldn't be uploaded because the connection was lost." };
    }
  }

  abort() {
    this.controller.abort();
    if (this.preview) URL.revokeObjectURL(this.preview);
  }

  /** Show the file: a small picture of it, its name, its size or what became of it. */
  show() {
    const note = el("span", { class: "file-size" }, "Uploading…");
    this.done.then(({ error }) => {
      note.textContent = error ?? readableSize(this.file.size);
      note.classList.toggle("file-refused", Boolean(error));
    });
    const picture = this.preview ? el("img", { src: this.preview, alt: "", class: "file-preview" }) : icon("file");
    return el(
      "span",
      { class: "file-chosen" },
      picture,
      el("span", { class: "file-words" }, el("span", { class: "file-name" }, isolated(this.file.name)), note),
    );
  }
}

/** Let files be dropped anywhere on the page, or pasted. `onFiles(files)` gets them; `overlay` shows while they hover. */
export function acceptDrops(overlay, onFiles) {
  let inside = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const show = (count) => {
    inside = Math.max(0, count);
    overlay.hidden = inside === 0;
  };
  window.addEventListener("dragenter", (event) => carries(event) && show(inside + 1));
  window.addEventListener("dragleave", (event) => carries(event) && show(inside - 1));
  window.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(0);
    if (event.dataTransfer.files.length) onFiles([...event.dataTransfer.files]);
  });
  window.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    onFiles([...event.clipboardData.files]);
  });
}
