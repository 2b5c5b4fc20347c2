// A picture from a message, as large as the window allows.

import { el, icon } from "./dom.js";

/** Shows pictures in the page's picture <dialog>. */
export class Pictures {
  constructor(dialog) {
    this.dialog = dialog;
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.replaceChildren());
  }

  /** Show the picture that a link in a message holds. */
  show(link) {
    const { src, alt } = link.querySelector("img");
    const close = el(
      "button",
      { type: "button", class: "icon-button picture-close", "aria-label": "Close the picture" },
      icon("close"),
    );
    this.dialog.setAttribute("aria-label", alt || "Picture");
    this.dialog.replaceChildren(close, el("img", { src, alt }));
    this.dialog.showModal();
  }
}
