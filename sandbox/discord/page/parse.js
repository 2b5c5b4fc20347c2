// A whole command typed as text: `/video prompt: a fox in snow duration: 5`. Pure; checks nothing but which words belong where.

const STRING = 3;

/** Divide what follows a command's name among its options: {values: Map(option name → text), stray: text that belongs to none}. */
export function divide(command, rest) {
  const marks = optionMarks(command, rest);
  const values = new Map();
  const before = rest.slice(0, marks[0]?.start ?? rest.length).trim();
  marks.forEach((mark, index) =>
    values.set(mark.name, rest.slice(mark.end, marks[index + 1]?.start ?? rest.length).trim()),
  );
  const bearer = before ? bareOption(command) : null;
  if (!bearer || values.has(bearer.name)) return { values, stray: before };
  values.set(bearer.name, before);
  return { values, stray: "" };
}

/** Find the option that words without a name belong to: the one required text, or else the only text there is. */
export function bareOption(command) {
  const texts = command.options.filter(({ type }) => type === STRING);
  const required = texts.filter((option) => option.required);
  if (required.length) return required.length === 1 ? required[0] : null;
  return texts.length === 1 ? texts[0] : null;
}

// Only the first "name:" of each option counts: a later one is part of what the member writes.
function optionMarks(command, rest) {
  if (!command.options.length) return [];
  const names = command.options.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const found = [];
  for (const match of rest.matchAll(new RegExp(`(?<![^\\s])(${names}):`, "gu"))) {
    if (!found.some(({ name }) => name === match[1]))
      found.push({ name: match[1], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** Tell which option's name, followed by a colon, stands at the end of what is being typed; `among` are the names that count. */
export function nameAtEnd(text, among) {
  const match = /(?:^|\s)([^\s:]+):$/u.exec(text);
  if (!match || !among.includes(match[1])) return null;
  return { name: match[1], before: text.slice(0, match.index).trimEnd() };
}
