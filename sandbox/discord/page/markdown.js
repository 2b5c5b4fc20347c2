// Discord's markdown by the line: code blocks, quotes, headings, subtext, lists; what is left is paragraphs. Knows no DOM.

import { parseInline } from "./inline.js";

const FENCE = /```(?:([A-Za-z0-9_+\-.#]+)\n)?([^]*?[^`\s][^]*?)```(?!`)/g;
const HEADING = /^(#{1,3})\s+(\S.*)$/;
const SUBTEXT = /^-#\s+(\S.*)$/;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(\S.*)$/;
const DEEPEST = 4; // quotes in quotes beyond this stay text

/** Parse a whole text into blocks: {kind: "code" | "quote" | "heading" | "subtext" | "list" | "paragraph", …}. */
export function parseMarkdown(text, depth = 0) {
  const source = String(text).replace(/\r\n?/g, "\n");
  const rest = depth < DEEPEST ? restQuote(source, depth) : null;
  if (rest) return rest;
  const blocks = [];
  let from = 0;
  for (const match of source.matchAll(FENCE)) {
    blocks.push(...parseLines(source.slice(from, match.index).replace(/\n$/, ""), depth));
    blocks.push({ kind: "code", text: match[2].replace(/^\n+|\n+$/g, "") });
    from = match.index + match[0].length;
  }
  return blocks.concat(parseLines(from ? source.slice(from).replace(/^\n/, "") : source, depth));
}

// ">>> " quotes everything that follows, code blocks too.
function restQuote(source, depth) {
  const start = source.search(/^>>> /m);
  const fence = source.indexOf("```");
  if (start < 0 || (fence >= 0 && fence < start)) return null;
  const before = start ? parseLines(source.slice(0, start - 1), depth) : [];
  return [...before, { kind: "quote", blocks: parseMarkdown(source.slice(start + 4), depth + 1) }];
}

function parseLines(text, depth) {
  if (text === "") return [];
  const lines = text.split("\n");
  const blocks = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) blocks.push({ kind: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const special = lineBlock(lines, at, depth);
    if (!special) {
      paragraph.push(lines[at]);
      at += 1;
      continue;
    }
    flush();
    blocks.push(special.block);
    at = special.next;
  }
  flush();
  return blocks;
}

function lineBlock(lines, at, depth) {
  const line = lines[at];
  const heading = HEADING.exec(line);
  if (heading)
    return { block: { kind: "heading", level: heading[1].length, children: parseInline(heading[2]) }, next: at + 1 };
  const subtext = SUBTEXT.exec(line);
  if (subtext) return { block: { kind: "subtext", children: parseInline(subtext[1]) }, next: at + 1 };
  if (line.startsWith("> ") && depth < DEEPEST) return quoteBlock(lines, at, depth);
  if (ITEM.test(line)) return listBlock(lines, at);
  return null;
}

function quoteBlock(lines, at, depth) {
  let next = at;
  while (next < lines.length && (lines[next].startsWith("> ") || lines[next] === ">")) next += 1;
  const inner = lines
    .slice(at, next)
    .map((line) => line.slice(2))
    .join("\n");
  return { block: { kind: "quote", blocks: parseMarkdown(inner, depth + 1) }, next };
}

function listBlock(lines, at) {
  const items = [];
  const ordered = isOrdered(ITEM.exec(lines[at])[2]);
  let next = at;
  for (; next < lines.length; next += 1) {
    const match = ITEM.exec(lines[next]);
    if (match && match[1].length <= (items[0]?.indent ?? 0) && isOrdered(match[2]) !== ordered) break;
    if (match) items.push({ indent: match[1].length, mark: match[2], text: match[3] });
    else if (items.length && /^ {2,}\S/.test(lines[next])) items.at(-1).text += `\n${lines[next].trim()}`;
    else break;
  }
  return { block: nestItems(items), next };
}

function isOrdered(mark) {
  return mark.endsWith(".");
}

function nestItems(items) {
  const ordered = isOrdered(items[0].mark);
  const list = { kind: "list", ordered, start: ordered ? parseInt(items[0].mark, 10) : 1, items: [] };
  const indent = items[0].indent;
  for (let at = 0; at < items.length;) {
    let end = at + 1;
    while (end < items.length && items[end].indent > indent) end += 1;
    const below = items.slice(at + 1, end);
    list.items.push({ children: parseInline(items[at].text), below: below.length ? nestItems(below) : null });
    at = end;
  }
  return list;
}
