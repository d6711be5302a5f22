/** HTML entities, which Coder puts into the messages that agents report (coder-api §6.2), back into characters. */

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** The text with its entities decoded once: `&amp;lt;` becomes `&lt;`. What is no entity stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/gi, (entity, hex, decimal, name) => {
    if (name !== undefined) return named.get(name) ?? entity;
    return character(hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16)) ?? entity;
  });
}

function character(code: number): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}
