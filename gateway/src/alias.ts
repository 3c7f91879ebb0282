/** Begins the names that subgraphs are given for a client's aliases. */
const OURS = '_alias_'

/**
 * The key under which a field is asked for and kept until it is answered. A client's alias must not be taken for a field
 * that a key or @requires reads: `{ user { id: friendId name } }` would otherwise fetch the name of another user.
 */
export function dataKey(key: string, name: string): string {
  return key === name ? key : OURS + key
}

/** The client's name for a key of the data. */
export function clientKey(key: string): string {
  return key.startsWith(OURS) ? key.slice(OURS.length) : key
}
