// One option of a command being filled in: its name, its input, the way to take it away.

import { el, icon } from "./dom.js";
import { fixedChoices, optionValue, pickable } from "./options.js";
import { Upload } from "./uploads.js";

const ATTACHMENT = 11;
const STRING = 3;

/** Make the field of an option. `form` is told of input, focus and removal. */
export function makeField(option, form) {
  return option.type === ATTACHMENT ? new FileField(option, form) : new TextField(option, form);
}

class Field {
  constructor(option, form) {
    this.option = option;
    this.form = form;
    this.inputId = `option-${option.name}`;
    this.node = el(
      "div",
      { class: "field", data: { option: option.name } },
      el("label", { for: this.inputId, class: "field-name" }, option.name),
    );
  }

  addRemove() {
    if (this.option.required) return;
    this.node.append(
      el(
        "button",
        {
          type: "button",
          class: "field-remove",
          "aria-label": `Remove ${this.option.name}`,
          on: { click: () => this.form.remove(this) },
        },
        icon("close"),
      ),
    );
  }

  setError(error) {
    this.node.classList.toggle("field-wrong", Boolean(error));
    if (error) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  focus() {
    this.input.focus();
  }
}

/** A field that is typed into; a fixed or asked-for list helps. */
class TextField extends Field {
  constructor(option, form) {
    super(option, form);
    this.choices = fixedChoices(option, form.world);
    this.suggests = Boolean(this.choices || option.autocomplete);
    this.picked = null;
    const free = option.type === STRING && !this.suggests;
    this.input = el(free ? "textarea" : "input", {
      id: this.inputId,
      rows: free ? "1" : null,
      type: free ? null : "text",
      inputmode: option.type === 4 ? "numeric" : null,
      role: this.suggests ? "combobox" : null,
      "aria-autocomplete": this.suggests ? "list" : null,
      "aria-expanded": this.suggests ? "false" : null,
      "aria-describedby": "field-hint box-error",
      "aria-required": option.required ? "true" : null,
      autocomplete: "off",
      spellcheck: free ? "true" : "false",
      maxlength: option.type === STRING && !this.suggests ? null : String(option.max_length ?? 120),
      data: { testid: this.inputId },
      on: {
        input: (event) => this.typed(event),
        focus: () => form.focused(this),
        click: () => form.focused(this),
        blur: () => form.left(this),
        keydown: (event) => form.key(this, event),
      },
    });
    this.node.append(this.input);
    this.addRemove();
  }

  typed(event) {
    this.picked = null;
    this.setError(null);
    this.form.typed(this, event);
  }

  get text() {
    return this.input.value;
  }

  set text(text) {
    this.input.value = text;
    this.picked = null;
  }

  /** Take a suggestion: its label is shown, its value is sent. */
  pick(item) {
    this.input.value = item.label;
    this.picked = item;
    this.setError(null);
  }

  get isEmpty() {
    return this.text === "";
  }

  /** Give what was typed so far, for the autocomplete of another option; undefined when that is nothing. */
  draft() {
    const { value, error } = optionValue(
      { ...this.option, required: false },
      this.picked?.value ?? this.text,
      this.form.world,
    );
    return error ? this.text.trim() : value;
  }

  async value() {
    if (this.picked && this.option.autocomplete) return { value: this.picked.value };
    return optionValue(this.option, this.text, this.form.world);
  }
}

/** A field that takes a file: by button, by dropping, by pasting. */
class FileField extends Field {
  constructor(option, form) {
    super(option, form);
    this.upload = null;
    this.input = el("input", {
      id: this.inputId,
      type: "file",
      accept: pickable(option),
      class: "visually-hidden",
      "aria-describedby": "field-hint box-error",
      data: { testid: this.inputId },
      on: {
        change: () => this.chosen(),
        focus: () => form.focused(this),
        blur: () => form.left(this),
        keydown: (event) => form.key(this, event),
      },
    });
    this.shown = el("label", { for: this.inputId, class: "file-drop" });
    this.node.append(this.input, this.shown);
    this.addRemove();
    this.show();
  }

  chosen() {
    if (this.input.files.length) this.take(this.input.files[0]);
  }

  /** Take a file and send it on its way. */
  take(file) {
    this.upload?.abort();
    this.upload = new Upload(file);
    const { upload } = this;
    upload.done.then(({ error }) => {
      if (error && this.upload === upload) this.form.problem(this, error);
    });
    this.setError(null);
    this.show();
  }

  show() {
    this.shown.replaceChildren(
      this.upload
        ? this.upload.show()
        : el("span", { class: "file-empty" }, icon("image"), "Choose a file, or drop one here"),
    );
  }

  get isEmpty() {
    return this.upload === null;
  }

  get text() {
    return "";
  }

  draft() {
    return undefined;
  }

  async value() {
    if (!this.upload) return this.option.required ? { error: "This option is required" } : { missing: true };
    const { id, error } = await this.upload.done;
    return error ? { error } : { value: { upload: id } };
  }
}
