// What a member typed for an option, made into what Discord would send, or refused in Discord's words.

const CHECKS = { 3: asText, 4: asInteger, 5: asBoolean, 6: asMember, 7: asChannel, 9: asMember, 10: asNumber };

/** Turn typed text into an option's value: {value}, {missing: true} when nothing was given, or {error} in words. */
export function optionValue(option, typed, world) {
  const text = typed.trim();
  if (!text) return option.required ? { error: "This option is required" } : { missing: true };
  if (option.choices?.length) return asChoice(option, text);
  return (CHECKS[option.type] ?? asText)(option, text, world);
}

function asChoice(option, text) {
  const wanted = text.toLowerCase();
  const choice =
    option.choices.find(({ name }) => name.toLowerCase() === wanted) ??
    option.choices.find(({ value }) => String(value).toLowerCase() === wanted);
  return choice
    ? { value: choice.value }
    : { error: `Choose one of: ${option.choices.map(({ value }) => value).join(", ")}` };
}

function asText(option, text) {
  const length = [...text].length;
  const most = option.max_length ?? 6000;
  if (length > most) return { error: `It has ${length} characters; the limit is ${most}` };
  if (length < (option.min_length ?? 0)) return { error: `Must be at least ${option.min_length} characters` };
  return { value: text };
}

function asInteger(option, text) {
  if (!/^[+-]?\d{1,16}$/.test(text)) return { error: "Must be a whole number" };
  return within(option, Number(text));
}

function asNumber(option, text) {
  const number = Number(text);
  return Number.isFinite(number) ? within(option, number) : { error: "Must be a number" };
}

function within(option, number) {
  if (option.min_value !== undefined && number < option.min_value)
    return { error: `Must be at least ${option.min_value}` };
  if (option.max_value !== undefined && number > option.max_value)
    return { error: `Must be at most ${option.max_value}` };
  return { value: number };
}

function asBoolean(option, text) {
  const found = { true: true, yes: true, false: false, no: false }[text.toLowerCase()];
  return found === undefined ? { error: "Must be True or False" } : { value: found };
}

function asMember(option, text, world) {
  return named([...world.members.values()], text.replace(/^@/, ""), "There is no member with that name");
}

function asChannel(option, text, world) {
  return named(world.channels, text.replace(/^#/, ""), "There is no channel with that name");
}

function named(candidates, name, error) {
  const found = candidates.find(
    (candidate) => candidate.name.toLowerCase() === name.toLowerCase() || candidate.id === name,
  );
  return found ? { value: found.id } : { error };
}

/** Give the fixed list of what an option can be, or null when it is free. Each: {value, label}. */
export function fixedChoices(option, world) {
  if (option.choices?.length) return option.choices.map(({ name }) => ({ value: name, label: name }));
  if (option.type === 5) return ["True", "False"].map((label) => ({ value: label, label }));
  if (option.type === 6 || option.type === 9)
    return [...world.members.values()].map(({ name }) => ({ value: name, label: name }));
  if (option.type === 7) return world.channels.map(({ name }) => ({ value: name, label: `#${name}` }));
  return null;
}

/** Give what a file picker offers for an attachment option or an upload that names kinds ("image") or extensions (".png"); null for all. */
export function pickable({ file_types: types }) {
  return types?.length ? types.map((type) => (type.startsWith(".") ? type : `${type}/*`)).join(",") : null;
}

/** Tell whether an attachment option takes a file of this name and type. Discord's client, too, looks no deeper. */
export function takesFile({ file_types: types }, { name, type }) {
  if (!types?.length) return true;
  return types.some((kind) =>
    kind.startsWith(".") ? name.toLowerCase().endsWith(kind.toLowerCase()) : type.startsWith(`${kind}/`),
  );
}

/** Say an option's limits in a few words, or nothing. */
export function limitsOf(option) {
  const { min_value: least, max_value: most } = option;
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `${least} or more`;
  if (most !== undefined) return `${most} or less`;
  return option.type === 11 ? "up to 25 MB" : "";
}
