import type { Language } from './tokens.js'

/** What is read of a code, word by word. */
export interface Reading {
  readonly language: Language
  readonly own: ReadonlySet<string>
  readonly found: Found
}

/** What it was found to use. */
export interface Found {
  readonly reads: string[]
  readonly writes: string[]
  readonly modules: string[]
  /** Uses members that no list names. */
  isOpen: boolean
}
