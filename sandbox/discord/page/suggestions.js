// Helps with the option that is being filled in: what it is, what it can be, and for autocomplete what the bot proposes.

import { el, isolated } from "./dom.js";
import { limitsOf } from "./options.js";

const DEBOUNCE = 200; // milliseconds of quiet before the bot is asked
const NO_MATCH = "No options match your search.";
const MOST = 25; // choices that Discord shows

/** Show help for one field at a time in `listbox`. `command()` names the command, `drafts()` gives what is typed so far. */
export class Suggestions {
  constructor(listbox, session, { command, drafts }) {
    Object.assign(this, { listbox, session, command, drafts });
    this.field = null;
    this.request = null;
    session.addEventListener("choices", ({ detail }) => this.answered(detail));
  }

  /** Help with a field: at its focus, and at every key. */
  show(field) {
    clearTimeout(this.timer);
    const same = this.field === field;
    this.field = field;
    this.request = null;
    if (field.choices) this.listFitting(field);
    else if (field.option.autocomplete) {
      if (!same || !this.listbox.isOpen) this.list([], "Loading options…");
      this.timer = setTimeout(() => this.ask(), DEBOUNCE);
    } else this.list([]);
  }

  hide() {
    clearTimeout(this.timer);
    this.field = null;
    this.request = null;
    this.listbox.close();
  }

  listFitting(field) {
    const items = this.fitting(field);
    this.list(items, items.length ? "" : NO_MATCH);
  }

  // An input that holds exactly one of the choices is being looked over, not searched.
  fitting(field) {
    const typed = field.text.trim().toLowerCase();
    const exact = field.choices.some(({ value }) => value.toLowerCase() === typed);
    return exact ? field.choices : field.choices.filter(({ label }) => label.toLowerCase().includes(typed));
  }

  ask() {
    const { channel } = this.session;
    this.request = this.session.ask({
      type: "autocomplete",
      channel: channel.id,
      command: this.command(),
      focused: this.field.option.name,
      options: this.drafts(),
    });
    if (this.request === null) this.list([], "Not connected.");
  }

  answered({ request, choices, failed }) {
    if (request !== this.request || !this.field) return;
    const items = choices.slice(0, MOST).map(({ name, value }) => ({ value, label: name }));
    const nothing = failed ? "Loading options failed." : NO_MATCH;
    this.list(items, items.length ? "" : nothing);
  }

  list(items, note = "") {
    const { field } = this;
    const typed = field.text.trim().toLowerCase();
    const start = typed
      ? Math.max(
          0,
          items.findIndex(({ label }) => label.toLowerCase() === typed),
        )
      : -1;
    this.listbox.open(field.input, items, {
      head: this.headOf(field.option),
      note,
      start,
      onPick: (item) => this.picked(item),
    });
  }

  picked(item) {
    const { field } = this;
    field.pick(item);
    this.listbox.close();
    field.form.picked(field);
  }

  headOf(option) {
    const limits = limitsOf(option);
    return el(
      "span",
      { id: "field-hint" },
      el("strong", {}, isolated(option.name)),
      " ",
      el("span", {}, isolated(option.description ?? "")),
      limits && el("span", { class: "option-aside" }, limits),
    );
  }
}
