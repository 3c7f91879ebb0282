/** A part of a word, as far as evaluation needs it. `quoted` parts are not split into fields. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'glob'; readonly text: string }
  | {
      readonly kind: 'variable'
      readonly name: string
      readonly quoted: boolean
      readonly change?: Change
      readonly all?: boolean
    }
  | { readonly kind: 'command'; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: 'process'; readonly script: Script; readonly operator: '<' | '>' }
  /** Something whose value cannot be known here: arithmetic, exotic expansions. The words in it are still walked. */
  | { readonly kind: 'opaque'; readonly words: readonly Word[]; readonly scripts: readonly Script[] }

/** What `${name<operator>operand}` does to a variable. Operators that are not evaluated make the value unknown. */
export interface Change {
  readonly operator: string
  readonly words: readonly Word[]
}

export interface Word {
  readonly pieces: readonly Piece[]
  /** The word as it was written; brace expansion works on it. */
  readonly source: string
  readonly braces: boolean
}

export interface Assign {
  readonly name: string
  readonly append: boolean
  /** `x[index]=…`: arithmetic, which may run commands. */
  readonly index: Word | undefined
  /** Several words for an array. */
  readonly words: readonly Word[]
  readonly array: boolean
}

export interface Redirect {
  readonly operator: string
  readonly fd: number | undefined
  readonly target: Word | undefined
  /** The text of a here-document or here-string. */
  readonly body: Word | undefined
}

export interface Simple {
  readonly type: 'simple'
  readonly assigns: readonly Assign[]
  readonly words: readonly Word[]
  readonly redirects: readonly Redirect[]
  readonly start: number
  readonly end: number
}

/** Shell syntax reduced to what judging needs. Conditions are not evaluated: every branch is walked. */
export type Node =
  | Simple
  | { readonly type: 'pipeline'; readonly stages: readonly Node[] }
  | { readonly type: 'sequence'; readonly nodes: readonly Node[] }
  /** May or may not run: what it assigns is unknown afterwards. */
  | { readonly type: 'branch'; readonly node: Node; readonly repeats: boolean }
  /** Runs in a shell of its own: what it assigns is gone afterwards. */
  | { readonly type: 'isolated'; readonly node: Node; readonly background: boolean }
  | { readonly type: 'redirected'; readonly node: Node; readonly redirects: readonly Redirect[] }
  | { readonly type: 'loop'; readonly name: string; readonly words: readonly Word[]; readonly body: Node }
  | { readonly type: 'function'; readonly name: string; readonly body: Node }
  /** Words that are expanded without being run: tests, case subjects, arithmetic. */
  | { readonly type: 'words'; readonly words: readonly Word[]; readonly pieces: readonly Piece[] }

export interface Script {
  readonly body: Node
  /** Not empty when the text is not shell: nothing in it may be trusted to be what it looks like. */
  readonly errors: readonly string[]
}
