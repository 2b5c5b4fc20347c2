// What a modal can hold: text, choices, files. Each part is {node, id?, read()}: read gives {value} or {error} in words.

import { el, icon, isolated } from "./dom.js";
import { pickable } from "./options.js";
import { prose } from "./prose.js";
import { openSelect, selectOptions } from "./select.js";
import { Upload } from "./uploads.js";

const PARTS = {
  1: (row, context) => modalPart(row.components[0], context),
  3: selectPart,
  4: textPart,
  5: selectPart,
  6: selectPart,
  7: selectPart,
  8: selectPart,
  10: (text, { world }) => ({ node: prose(text.content ?? "", world) }),
  18: (label, context) => modalPart(label.component, context, label),
  19: filePart,
};

let parts = 0;

/** Make one part of a modal. `context` is {world, dialog}; `label` is the component that names it: {label, description?}. */
export function modalPart(component, context, label = null) {
  const make = PARTS[component.type];
  if (!make)
    return {
      node: el(
        "p",
        { class: "unknown-component" },
        `This page can't show a component of type ${component.type}.`,
      ),
    };
  return make(component, context, label);
}

// A label, its description and the place for what is wrong, around an input.
function labelled(component, label, input) {
  parts += 1;
  const id = `part-${parts}`;
  const required = component.required ?? true;
  input.id = id;
  const wrong = el("p", { class: "part-error", id: `${id}-error`, hidden: true });
  const described = [label?.description && `${id}-about`, `${id}-error`].filter(Boolean).join(" ");
  input.setAttribute("aria-describedby", described);
  if (required && input.tagName !== "BUTTON") input.setAttribute("aria-required", "true");
  const words = el(
    "label",
    { for: id, class: "part-label" },
    isolated(label?.label ?? component.label ?? "Answer"),
    required
      ? el(
          "span",
          { class: "part-required" },
          el("span", { "aria-hidden": "true" }, "*"),
          el("span", { class: "visually-hidden" }, "required"),
        )
      : null,
  );
  const about = label?.description
    ? el("p", { class: "part-about", id: `${id}-about` }, isolated(label.description))
    : null;
  const node = el("div", { class: "part" }, words, about, input, wrong);
  const complain = (error) => {
    wrong.textContent = error ?? "";
    wrong.hidden = !error;
    if (error) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return error;
  };
  return { node, complain, required };
}

function textPart(component, context, label) {
  const long = component.style === 2;
  const input = el(long ? "textarea" : "input", {
    class: "part-input",
    type: long ? null : "text",
    rows: long ? "5" : null,
    maxlength: component.max_length ?? 4000,
    placeholder: component.placeholder,
    autocomplete: "off",
    data: { testid: `modal-${component.custom_id}` },
  });
  input.value = component.value ?? "";
  const { node, complain, required } = labelled(component, label, input);
  const read = async () => {
    const { length } = input.value;
    let error = null;
    if (!input.value.trim() && required) error = "This field is required";
    else if (length && length < (component.min_length ?? 0))
      error = `Must be at least ${component.min_length} characters`;
    return complain(error) ? { error, input } : { value: input.value };
  };
  return { node, id: component.custom_id, read };
}

function selectPart(component, { world, dialog }, label) {
  const options = selectOptions(component, world);
  let values = options.filter((option) => option.default).map((option) => option.value);
  const words = el("span", {});
  const data = { testid: `modal-${component.custom_id}` };
  const button = el(
    "button",
    { type: "button", class: "select part-input", "aria-haspopup": "listbox", data },
    words,
    icon("chevron"),
  );
  const show = (chosen) => {
    values = chosen;
    sayChosen(words, options, chosen, component.placeholder);
  };
  button.addEventListener("click", () => {
    const now = options.map((option) => ({ ...option, default: values.includes(option.value) }));
    openSelect(button, { ...component, type: 3, options: now }, world, show, dialog);
  });
  show(values);
  const { node, complain, required } = labelled(component, label, button);
  const read = async () => {
    const error = required && !values.length ? "This field is required" : null;
    return complain(error) ? { error, input: button } : { value: values };
  };
  return { node, id: component.custom_id, read };
}

function sayChosen(words, options, values, placeholder) {
  const labels = options.filter(({ value }) => values.includes(value)).map((option) => option.label);
  words.textContent = labels.join(", ") || placeholder || "Make a selection";
  words.className = labels.length ? "select-value" : "select-placeholder";
}

function filePart(component, context, label) {
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  const shown = el("div", { class: "part-files" });
  const data = { testid: `modal-${component.custom_id}` };
  const accept = pickable(component);
  const input = el("input", { type: "file", class: "part-input", multiple: most > 1, accept, data });
  const { node, complain, required } = labelled(component, label, input);
  node.append(shown);
  let uploads = [];
  const show = () => shown.replaceChildren(...uploads.map((upload) => chosenFile(upload, () => drop(upload))));
  const drop = (upload) => {
    upload.abort();
    uploads = uploads.filter((other) => other !== upload);
    complain(null);
    show();
    input.focus();
  };
  input.addEventListener("change", () => {
    if (most === 1) for (const upload of uploads.splice(0)) upload.abort();
    const files = [...input.files];
    const taken = files.slice(0, most - uploads.length);
    uploads.push(...taken.map((file) => new Upload(file)));
    complain(taken.length < files.length ? `Choose up to ${most === 1 ? "1 file" : `${most} files`}` : null);
    // What was chosen stands below, and the same file may be chosen again.
    input.value = "";
    show();
  });
  const read = async () => {
    const settled = await Promise.all(uploads.map((upload) => upload.done));
    let error = settled.find((answer) => answer.error)?.error ?? null;
    if (!uploads.length && required) error = "This field is required";
    else if (uploads.length && uploads.length < least) error = `Choose at least ${least} files`;
    return complain(error) ? { error, input } : { value: { uploads: settled.map(({ id }) => id) } };
  };
  return { node, id: component.custom_id, read };
}

function chosenFile(upload, remove) {
  const label = `Remove ${upload.file.name}`;
  const away = el("button", { type: "button", class: "icon-button", "aria-label": label }, icon("close"));
  away.addEventListener("click", remove);
  return el("div", { class: "part-file" }, upload.show(), away);
}
