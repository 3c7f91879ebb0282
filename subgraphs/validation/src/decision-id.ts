import { Buffer } from 'node:buffer'
import { V7Generator } from 'uuidv7'

/** Random words that are drawn at once: a call of the system's generator costs ten times what one word does. */
const words = new Uint32Array(1_024)
let drawn = words.length

const ids = new V7Generator({
  nextUint32() {
    if (drawn === words.length) {
      crypto.getRandomValues(words)
      drawn = 0
    }
    const word = words[drawn] ?? 0
    drawn += 1
    return word
  },
})

const DIGITS = Buffer.from('0123456789abcdef', 'latin1')
const text = Buffer.from('dec_xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', 'latin1')
/** Where the digits of an id stand. */
const PLACES = [...text.keys()].filter((at) => text[at] === 120)

/** A new id, later in order than every one before it in this process. Written in place: a string a digit costs more. */
export function nextDecisionId(): string {
  const { bytes } = ids.generate()
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0
    text[PLACES[2 * i] ?? 0] = DIGITS[byte >>> 4] ?? 0
    text[PLACES[2 * i + 1] ?? 0] = DIGITS[byte & 15] ?? 0
  }
  return text.toString('latin1')
}
