// A modal that the bot asked for: shown over the page until it is sent or given up.

import { el, icon, isolated } from "./dom.js";
import { modalPart } from "./modal_fields.js";

/** Shows one modal at a time in the page's <dialog>. */
export class Modal {
  constructor(dialog, session) {
    Object.assign(this, { dialog, session });
    dialog.addEventListener("close", () => dialog.replaceChildren());
  }

  /** Show a modal: {channel, modal: {custom_id, title, components}}. */
  show({ channel, modal }) {
    if (this.dialog.open) this.dialog.close();
    const context = { world: this.session.world, dialog: this.dialog };
    this.asked = { channel, customId: modal.custom_id };
    this.parts = modal.components.map((component) => modalPart(component, context));
    this.problem = el("p", { class: "modal-problem", role: "alert", hidden: true });
    this.submit = el("button", { type: "submit", class: "button button-primary" }, "Submit");
    const cancel = el(
      "button",
      { type: "button", class: "button button-plain", on: { click: () => this.dialog.close() } },
      "Cancel",
    );
    const close = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.dialog.close() } },
      icon("close"),
    );
    const form = el(
      "form",
      { class: "modal-form", novalidate: true, on: { submit: (event) => this.send(event) } },
      el("header", { class: "modal-head" }, el("h2", { id: "modal-title" }, isolated(modal.title)), close),
      el(
        "div",
        { class: "modal-parts" },
        this.parts.map(({ node }) => node),
        this.problem,
      ),
      el("footer", { class: "modal-foot" }, cancel, this.submit),
    );
    this.dialog.replaceChildren(form);
    this.dialog.showModal();
    this.dialog.querySelector(".part-input")?.focus();
  }

  async send(event) {
    event.preventDefault();
    if (this.submit.disabled) return;
    this.tell("");
    this.submit.disabled = true;
    const { submit } = this;
    const named = this.parts.filter(({ id }) => id);
    const answers = await Promise.all(named.map((part) => part.read()));
    if (submit !== this.submit || !this.dialog.open) return;
    const wrong = answers.find(({ error }) => error);
    if (wrong) {
      submit.disabled = false;
      wrong.input.focus();
      return;
    }
    this.ask(Object.fromEntries(named.map(({ id }, index) => [id, answers[index].value])), submit);
  }

  ask(fields, submit) {
    const { channel, customId } = this.asked;
    const mine = () => submit === this.submit && this.dialog.open;
    const request = this.session.ask(
      { type: "modal_submit", channel, custom_id: customId, fields },
      {
        kind: "modal",
        onFail: (text) => mine() && this.failed(text),
        onEnd: () => queueMicrotask(() => mine() && submit.disabled && this.dialog.close()),
      },
    );
    if (request === null) this.failed("Not connected, so nothing was sent.");
  }

  // What was typed stays: the member can send it again.
  failed(text) {
    this.submit.disabled = false;
    this.tell(text);
    return true;
  }

  tell(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }
}
