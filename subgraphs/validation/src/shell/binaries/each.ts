import type { Spec } from './spec.js'

/** The same spec for several names, separated by spaces. */
export function each<T>(names: string, value: T): Record<string, T> {
  return Object.fromEntries(names.split(' ').map((name) => [name, value]))
}

/** Subcommands with one act each: `{ 'status log': 'git/inspect' }` → one entry a name. */
export function acts(table: Readonly<Record<string, string | Spec>>): Record<string, string | Spec> {
  const entries: Record<string, string | Spec> = {}
  for (const [names, act] of Object.entries(table)) {
    for (const name of names.split(' ')) entries[name] = act
  }
  return entries
}
