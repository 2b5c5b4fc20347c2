// A command being filled in: fields for what it needs, pills for what it can also take.

import { el, icon } from "./dom.js";
import { makeField } from "./field.js";
import { takesFile } from "./options.js";
import { nameAtEnd } from "./parse.js";
import { Suggestions } from "./suggestions.js";

const ATTACHMENT = 11;

/**
 * The form of one command at a time, shown in `node`. `composer` is told of problem(text),
 * send(command, options, draft) and closed(line, focused).
 */
export class CommandForm {
  constructor(node, listbox, session, composer) {
    Object.assign(this, { node, session, composer, command: null, fields: [] });
    this.suggestions = new Suggestions(listbox, session, {
      command: () => this.command.path,
      drafts: () => this.drafts(),
    });
  }

  get world() {
    return this.session.world;
  }

  get isOpen() {
    return this.command !== null;
  }

  /** Open a command with texts and files already known ({name: {text?, file?, upload?}}), with the focus on one option. */
  open(command, known = {}, focus = null) {
    this.command = command;
    this.fields = [];
    this.pills = el("span", { class: "pills", role: "group", "aria-label": "Optional options" });
    const name = el(
      "span",
      {
        class: "command-name",
        title: command.description,
        tabindex: "-1",
        on: { keydown: (event) => this.keyOfName(event) },
      },
      `/${command.path}`,
    );
    const cancel = el(
      "button",
      {
        type: "button",
        class: "icon-button field-cancel",
        "aria-label": `Cancel /${command.path}`,
        on: { click: () => this.cancel() },
      },
      icon("close"),
    );
    this.node.replaceChildren(name, this.pills, cancel);
    this.node.hidden = false;
    for (const option of command.options)
      if (option.required || known[option.name]) this.add(option, known[option.name]);
    this.showPills();
    const target =
      this.field(focus) ??
      (focus ? this.addNamed(focus) : null) ??
      this.fields.find((field) => field.isEmpty) ??
      this.fields.at(-1);
    if (target) target.focus();
    else name.focus();
  }

  field(name) {
    return this.fields.find(({ option }) => option.name === name) ?? null;
  }

  add(option, known = {}) {
    const field = makeField(option, this);
    this.fields.push(field);
    this.node.insertBefore(field.node, this.pills);
    if (known.text && option.type !== ATTACHMENT) field.text = known.text;
    if (known.picked) field.pick(known.picked);
    if (known.file) field.take(known.file);
    if (known.upload) Object.assign(field, { upload: known.upload }).show();
    return field;
  }

  addNamed(name) {
    const option = this.command.options.find((candidate) => candidate.name === name);
    const field = option ? this.add(option) : null;
    this.showPills();
    return field;
  }

  showPills() {
    const free = this.command.options.filter(({ name }) => !this.field(name));
    this.pills.hidden = free.length === 0;
    this.pills.replaceChildren(
      ...free.map((option) =>
        el(
          "button",
          {
            type: "button",
            class: "pill",
            title: option.description,
            "aria-label": `Add ${option.name}: ${option.description}`,
            data: { testid: `add-${option.name}` },
            on: { click: () => this.addNamed(option.name).focus() },
          },
          `+ ${option.name}`,
        ),
      ),
    );
  }

  remove(field) {
    field.upload?.abort();
    this.fields = this.fields.filter((other) => other !== field);
    field.node.remove();
    this.showPills();
    const next = this.fields.at(-1);
    if (next) next.focus();
    else this.pills.querySelector("button")?.focus();
  }

  /** Give a dropped file to the first attachment option that is free and takes it, or else to the first. False when none does. */
  takeFile(file) {
    const options = this.command.options.filter((option) => option.type === ATTACHMENT && takesFile(option, file));
    if (!options.length) return false;
    const option = options.find(({ name }) => this.field(name)?.isEmpty ?? true) ?? options[0];
    const field = this.field(option.name) ?? this.addNamed(option.name);
    field.take(file);
    return true;
  }

  focused(field) {
    this.suggestions.show(field);
  }

  left() {
    this.suggestions.hide();
  }

  /** Follow the typing: "duration:" at the end of one field goes on in the next. */
  typed(field, event) {
    this.composer.problem("");
    const jump =
      event.data === ":"
        ? nameAtEnd(
            field.text,
            this.command.options.map(({ name }) => name),
          )
        : null;
    if (!jump || (this.field(jump.name) && !this.field(jump.name).isEmpty && jump.name !== field.option.name)) {
      this.suggestions.show(field);
      return;
    }
    if (jump.name === field.option.name && jump.before) return;
    field.text = jump.before;
    (this.field(jump.name) ?? this.addNamed(jump.name)).focus();
  }

  picked(field) {
    const next = this.fields[this.fields.indexOf(field) + 1];
    if (next?.isEmpty) next.focus();
  }

  key(field, event) {
    if (event.isComposing || this.suggestions.listbox.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Backspace" && field.isEmpty) this.backOut(field, event);
  }

  // A command that needs nothing is sent by Enter, as it is where it was typed to its end.
  keyOfName(event) {
    if (event.key === "Enter") this.submit();
    else if (event.key === "Backspace") this.close(`/${this.command.path}`);
    else return;
    event.preventDefault();
  }

  backOut(field, event) {
    event.preventDefault();
    if (!field.option.required) this.remove(field);
    else if (this.fields.every((other) => other.isEmpty)) this.close(`/${this.command.path}`);
    else this.fields[Math.max(0, this.fields.indexOf(field) - 1)].focus();
  }

  problem(field, words) {
    field.setError(words);
    this.composer.problem(`${field.option.name}: ${words}`);
  }

  /** Check everything and send it, or say in words what is wrong and go there. */
  async submit() {
    if (this.busy) return;
    const { command, fields } = this;
    this.busy = true;
    const values = await Promise.all(fields.map((field) => field.value()));
    this.busy = false;
    if (this.command !== command) return;
    const wrong = fields.filter((_, index) => values[index].error);
    if (wrong.length) {
      const words = fields.flatMap((field, index) =>
        values[index].error ? [`${field.option.name}: ${values[index].error.replace(/\.$/, "")}.`] : [],
      );
      for (const field of wrong) field.setError("wrong");
      wrong[0].focus();
      this.composer.problem(words.join(" "));
      return;
    }
    const options = Object.fromEntries(
      fields.flatMap((field, index) => (values[index].missing ? [] : [[field.option.name, values[index].value]])),
    );
    this.composer.send(command, options, this.snapshot());
  }

  /** Give what is filled in, in the form that `open` takes. */
  snapshot() {
    return Object.fromEntries(
      this.fields.map((field) => [field.option.name, { text: field.text, picked: field.picked, upload: field.upload }]),
    );
  }

  drafts() {
    return Object.fromEntries(
      this.fields
        .map((field) => [field.option.name, field.draft()])
        .filter(([, value]) => value !== undefined && value !== ""),
    );
  }

  /** Give the command up; what was typed goes back into the box as text. */
  cancel() {
    const words = this.fields.filter(({ text }) => text).map(({ option, text }) => `${option.name}: ${text}`);
    for (const field of this.fields) field.upload?.abort();
    this.close(words.length ? `/${this.command.path} ${words.join(" ")}` : "");
  }

  close(line = "") {
    const focused = this.node.contains(document.activeElement);
    this.suggestions.hide();
    this.command = null;
    this.fields = [];
    this.node.replaceChildren();
    this.node.hidden = true;
    this.composer.closed(line, focused);
  }
}
