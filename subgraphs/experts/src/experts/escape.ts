/**
 * Characters that make text read otherwise than it runs: controls, formats (bidirectional overrides and isolates,
 * zero-width), surrogates, unassigned, line and paragraph separators, and whatever Unicode says to draw as nothing
 * (fillers, variation selectors, tags). Source: Boucher and Anderson, "Trojan Source", USENIX Security 2023.
 */
const TREACHEROUS = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

function escapeOne(found: string): string {
  let text = ''
  for (let at = 0; at < found.length; at++) text += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`
  return text
}

/** JSON whose text shows every character as what it is; parses back to the same value. */
export function toPlainJson(value: unknown): string {
  // Inside JSON text these occur in strings only, where \uXXXX is the same character.
  return JSON.stringify(value).replace(TREACHEROUS, escapeOne)
}

/** Text for people, at most `maxChars` long, with treacherous characters shown as \uXXXX; line ends stay. */
export function toPlainText(text: string, maxChars: number): string {
  return text
    .slice(0, maxChars)
    .replace(TREACHEROUS, (found) => (found === '\n' || found === '\t' ? found : escapeOne(found)))
}
