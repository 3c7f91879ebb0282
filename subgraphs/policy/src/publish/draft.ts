import { coded } from '@lighthouse/chassis/errors'
import type { Scope } from '@lighthouse/chassis/scope'
import { buildPack } from '../engine/pack.js'
import type { Pack } from '../engine/pack.js'
import { selfCheck } from '../engine/self-check.js'
import type { GovernedEngine } from './govern.js'
import type { Ledger } from './ledger.js'
import { MAX_WASM_BYTES } from './ledger.js'
import { mergePatch } from './merge-patch.js'

export interface DraftInput {
  readonly changes?: unknown
  readonly data?: unknown
  readonly wasm?: string | null
  readonly note?: string | null
}

const MAX_NOTE = 1_000
const MAX_DATA_BYTES = 900_000

/**
 * Makes a policy of the one in force and what is given, checks that it can be put in force, and keeps it under its
 * version. Nothing is judged by it yet. Throws BAD_USER_INPUT, saying why, when it is no usable policy.
 */
export async function draft(input: DraftInput, scope: Scope, engine: GovernedEngine): Promise<Pack> {
  const ledger = ledgerOf(engine)
  const pack = await build(input, engine)
  const { version, dataText, wasm } = pack
  await ledger.keep(scope, { version, dataText, wasm, note: noteOf(input.note) })
  return pack
}

export function ledgerOf({ ledger }: GovernedEngine): Ledger {
  if (ledger !== undefined) return ledger
  throw coded(
    'SUBGRAPH_UNAVAILABLE',
    'No event log is reachable, and a policy that cannot be kept is not taken.',
  )
}

export function noteOf(note: string | null | undefined): string {
  if (note === undefined || note === null) return ''
  if (note.length <= MAX_NOTE) return note
  throw coded('BAD_USER_INPUT', `note is at most ${MAX_NOTE} characters, not ${note.length}.`)
}

async function build(input: DraftInput, engine: GovernedEngine): Promise<Pack> {
  const wasm = wasmOf(input.wasm, engine)
  const dataText = dataOf(input, engine)
  try {
    const pack = await buildPack(wasm, dataText)
    selfCheck(pack)
    return pack
  } catch (error) {
    throw coded(
      'BAD_USER_INPUT',
      `This is no usable policy: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function wasmOf(wasm: string | null | undefined, engine: GovernedEngine): Uint8Array {
  if (wasm === undefined || wasm === null) return engine.pack.wasm
  const bytes = Buffer.from(wasm, 'base64')
  if (bytes.length === 0 || bytes.toString('base64').replace(/=+$/, '') !== wasm.replace(/=+$/, ''))
    throw coded('BAD_USER_INPUT', 'wasm is the file that "opa build -t wasm" makes, as base64.')
  if (bytes.length <= MAX_WASM_BYTES) return bytes
  throw coded('BAD_USER_INPUT', `wasm is at most ${MAX_WASM_BYTES} bytes, not ${bytes.length}.`)
}

/** The whole data, or changes to that in force; data that did not change keeps its text, and so its version. */
function dataOf({ data, changes }: DraftInput, engine: GovernedEngine): string {
  const { dataText } = engine.pack
  const [hasData, hasChanges] = [
    data !== undefined && data !== null,
    changes !== undefined && changes !== null,
  ]
  if (hasData && hasChanges) throw coded('BAD_USER_INPUT', 'Give data or changes, not both.')
  const inForce: unknown = JSON.parse(dataText)
  const next = hasData ? data : hasChanges ? mergePatch(inForce, changes) : inForce
  const text = JSON.stringify(next)
  if (text === JSON.stringify(inForce)) return dataText
  if (Buffer.byteLength(text) <= MAX_DATA_BYTES) return text
  throw coded('BAD_USER_INPUT', `The data is at most ${MAX_DATA_BYTES} bytes as JSON.`)
}
