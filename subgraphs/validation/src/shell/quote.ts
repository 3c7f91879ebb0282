/** Words as a shell is given them, each quoted unless it is plain: `FOO=bar` in a list of arguments sets nothing. */
export function quote(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
