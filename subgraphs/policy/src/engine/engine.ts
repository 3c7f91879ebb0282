import { watchFile, unwatchFile } from 'node:fs'
import { join } from 'node:path'
import { QUIET } from '@lighthouse/chassis/log'
import type { Log } from '@lighthouse/chassis/log'
import { judgeOver } from './over-packs.js'
import type { Judging } from './over-packs.js'
import { loadPack } from './pack.js'
import type { Pack } from './pack.js'
import { selfCheck } from './self-check.js'

export interface EngineOptions {
  /** Holds guard.wasm and guard/data.json. */
  readonly policiesDir: string
  readonly log?: Log
  /** How often changed files are looked for; 0 never. Default 1,000 ms. */
  readonly watchMs?: number
}

/** The policy in force. One policy answers each evaluation, also while another is being loaded. */
export interface Engine extends Judging, AsyncDisposable {
  /** Why the newest policy is not in force, when it is not. */
  readonly failure: string | undefined
  /** Looks for a newer policy; false when it is not usable and the last good one stays. */
  reload(): Promise<boolean>
}

/** An engine whose policy is the files of a directory. */
export interface FileEngine extends Engine {
  readonly pack: Pack
  /** The pack of a version, if it is held. */
  find(version: string): Pack | undefined
}

/** Policies that are held beside the one in force, for requests that began under them. */
const MAX_EARLIER = 4

/** Opens the policy of a directory. Rejects when there is no usable one to begin with. */
export async function openEngine(options: EngineOptions): Promise<FileEngine> {
  const { policiesDir, log = QUIET, watchMs = 1_000 } = options
  let pack = await checked(policiesDir)
  let failure: string | undefined
  const held = new Map<string, Pack>([[pack.version, pack]])

  const reload = async (): Promise<boolean> => {
    try {
      const next = await checked(policiesDir)
      failure = undefined
      if (next.version !== pack.version)
        log.info('policy loaded', { version: next.version, rules: next.rules.size })
      pack = next
      hold(held, next, MAX_EARLIER)
      return true
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      log.error('policy not loaded; the last good one stays in force', {
        version: pack.version,
        reason: failure,
      })
      return false
    }
  }

  const files = [join(policiesDir, 'guard.wasm'), join(policiesDir, 'guard', 'data.json')]
  const changed = (): void => void reload()
  if (watchMs > 0)
    for (const file of files) watchFile(file, { interval: watchMs, persistent: false }, changed)

  const find = (version: string): Pack | undefined => held.get(version)
  const judging = judgeOver({ current: () => pack, packFor: () => pack, find })
  // The getters are the point: a spread would copy what they say now.
  return Object.defineProperties(judging as FileEngine, {
    pack: { get: () => pack, enumerable: true },
    find: { value: find, enumerable: true },
    failure: { get: () => failure, enumerable: true },
    reload: { value: reload, enumerable: true },
    [Symbol.asyncDispose]: {
      async value() {
        if (watchMs > 0) for (const file of files) unwatchFile(file, changed)
      },
    },
  })
}

/** Keeps a pack under its version, the newest last; beyond the bound the oldest goes. */
export function hold(held: Map<string, Pack>, pack: Pack, earlier: number): void {
  held.delete(pack.version)
  held.set(pack.version, pack)
  for (const version of held.keys()) {
    if (held.size <= earlier + 1) return
    held.delete(version)
  }
}

async function checked(policiesDir: string): Promise<Pack> {
  const pack = await loadPack(policiesDir)
  selfCheck(pack)
  return pack
}
