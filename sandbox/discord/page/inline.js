// Discord's markdown inside a line: text in, plain nodes out ({kind, children | text | …}). Knows no DOM.

const DEEPEST = 12; // nested markup beyond this stays text

const RULES = [
  { at: "\\", match: /\\([^0-9A-Za-z\s])/y, make: ([, text]) => ({ kind: "text", text }) },
  {
    at: "`",
    match: /(`+)([^]*?[^`])\1(?!`)/y,
    make: ([, , text]) => ({ kind: "code", text: text.replace(/^ (?= *`)|(` *) $/g, "$1") }),
  },
  {
    at: "<",
    match: /<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>/y,
    make: ([, moment, style = "f"]) => ({ kind: "time", moment: Number(moment), style }),
  },
  { at: "<", match: /<@!?(\d{1,20})>/y, make: ([, id]) => ({ kind: "user", id }) },
  { at: "<", match: /<@&(\d{1,20})>/y, make: ([, id]) => ({ kind: "role", id }) },
  { at: "<", match: /<#(\d{1,20})>/y, make: ([, id]) => ({ kind: "channel", id }) },
  { at: "<", match: /<\/([^:<>\n]{1,100}):(\d{1,20})>/y, make: ([, name]) => ({ kind: "command", name }) },
  { at: "<", match: /<a?:(\w{1,32}):\d{1,20}>/y, make: ([, name]) => ({ kind: "text", text: `:${name}:` }) },
  {
    at: "<",
    match: /<(https?:\/\/[^\s<>]+)>/iy,
    make: ([, url]) => ({ kind: "link", url, children: [{ kind: "text", text: url }] }),
  },
  {
    at: "[",
    match:
      /\[((?:\\.|[^[\]\\\n])+)\]\(\s*<?(https?:\/\/[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"\n]*")?\s*\)/iy,
    make: masked,
  },
  { at: "hH", match: /https?:\/\/[^\s<]*[^<.,:;"'\]\s]/iy, make: bare },
  { at: "@", match: /@(everyone|here)\b/y, make: ([text]) => ({ kind: "everyone", text }) },
  { at: "*", match: /\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/y, make: nested("strong") },
  { at: "*", match: /\*(?=\S)((?:\*\*|\\[^]|\s+(?:\\[^]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, make: nested("em") },
  { at: "_", match: /__((?:\\[^]|[^\\])+?)__(?!_)/y, make: nested("u") },
  { at: "_", match: /_((?:__|\\[^]|[^\\_])+?)_(?![0-9A-Za-z_])/y, make: nested("em") },
  { at: "~", match: /~~([^]+?)~~(?!~)/y, make: nested("s") },
  { at: "|", match: /\|\|([^]+?)\|\|/y, make: nested("spoiler") },
];

/** Parse one run of text, which may hold line breaks, into nodes. */
export function parseInline(text, depth = 0) {
  const nodes = [];
  let plain = "";
  let position = 0;
  while (position < text.length) {
    const found = depth < DEEPEST ? ruleAt(text, position, depth) : null;
    if (found === null) {
      plain += text[position];
      position += 1;
      continue;
    }
    if (plain) nodes.push({ kind: "text", text: plain });
    plain = "";
    nodes.push(found.node);
    position += found.length;
  }
  if (plain) nodes.push({ kind: "text", text: plain });
  return nodes;
}

function ruleAt(text, position, depth) {
  for (const rule of RULES) {
    if (!rule.at.includes(text[position])) continue;
    rule.match.lastIndex = position;
    const match = rule.match.exec(text);
    const node = match && rule.make(match, depth);
    if (node) return { node, length: node.length ?? match[0].length };
  }
  return null;
}

function nested(kind) {
  return ([, inner], depth) => ({ kind, children: parseInline(inner, depth + 1) });
}

// A label that itself looks like an address would lie about where the link goes: Discord shows such a link as it was typed.
function masked([whole, label, url], depth) {
  if (/https?:\/\//i.test(label)) return { kind: "text", text: whole };
  return { kind: "link", url, masked: true, children: parseInline(label, depth + 1) };
}

// A closing bracket belongs to the sentence around the address unless the address opened it.
function bare([whole]) {
  let url = whole;
  while (url.endsWith(")") && url.split("(").length < url.split(")").length) url = url.slice(0, -1);
  if (!/^https?:\/\/[^/]/i.test(url)) return null;
  return { kind: "link", url, children: [{ kind: "text", text: url }], length: url.length };
}
