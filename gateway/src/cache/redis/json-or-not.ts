/** What a text that somebody else may have written holds; undefined when it is no JSON. */
export function jsonOrNot(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
