import type { Location } from '@lighthouse/client/locate'
import type { Transport } from '@lighthouse/client/transport'
import { CommandError } from '../command-error.js'
import { readBytes, readText } from '../read-file.js'
import { type Draft, READ_VERSION } from './documents.js'

export interface DraftFlags {
  readonly full?: boolean
  readonly wasm?: string
  readonly note?: string
}

const WITHIN_MS = 30_000

/** The draft that an argument names: a version, or a file that is drafted now. */
export async function draftOf(
  named: string,
  flags: DraftFlags,
  { location, transport }: { readonly location: Location; readonly transport: Transport },
): Promise<Draft> {
  if (/^[0-9a-f]{16}$/.test(named) && flags.wasm === undefined) {
    const { policyVersion } = await transport.run(READ_VERSION, { version: named })
    if (policyVersion !== null) return policyVersion
    throw new CommandError('NOT_FOUND', `There is no draft ${named}; name the file that it is made of.`)
  }
  const body = { ...(await contentOf(named, flags)), ...(flags.note !== undefined && { note: flags.note }) }
  const answer = await fetch(new URL('/v1/policy/draft', location.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${location.key ?? ''}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(WITHIN_MS),
  })
  const said = (await answer.json()) as Draft & { readonly error?: { code: string; message: string } }
  if (said.error !== undefined) throw new CommandError(said.error.code, said.error.message)
  return said
}

async function contentOf(file: string, { full, wasm }: DraftFlags): Promise<Record<string, unknown>> {
  const content: unknown = await readJson(file)
  return {
    ...(full === true ? { data: content } : { changes: content }),
    ...(wasm !== undefined && { wasm: (await readBytes(wasm)).toString('base64') }),
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readText(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandError('BAD_USAGE', `${file} is not JSON: ${(error as Error).message}.`)
  }
}
