import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HookClientName } from '../clients.js'

export const HOOK_SCOPES = ['project', 'user', 'local'] as const
/** project: this directory, shared; user: everything of this user; local: this directory, not shared. */
export type HookScope = (typeof HOOK_SCOPES)[number]

export type Json = Record<string, unknown>

/** Where an agent keeps its hooks, and what an entry looks like there. */
export interface HookSettings {
  readonly event: string
  /** The file by scope; undefined where the agent has none. */
  file(scope: HookScope, directory: string, home?: string): string | undefined
  /** The element of the event's list that runs a command before every tool. */
  entry(command: string): Json
  /** What a file that is only ours must have beside the hooks. */
  readonly header?: Json
}

/** Seconds; above what the hook waits for, so that it is the hook that fails closed and not its agent that goes on. */
const TIMEOUT_SECONDS = 60

const inFolder =
  (folder: string, name: string): HookSettings['file'] =>
  (scope, directory, home = homedir()) =>
    scope === 'local' ? undefined : join(scope === 'user' ? home : directory, folder, name)

export const HOOK_SETTINGS = {
  'claude-code': {
    event: 'PreToolUse',
    file: (scope, directory, home = homedir()) =>
      scope === 'local'
        ? join(directory, '.claude', 'settings.local.json')
        : join(scope === 'user' ? home : directory, '.claude', 'settings.json'),
    entry: (command) => ({
      matcher: '*',
      hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS, onFailure: 'block' }],
    }),
  },
  codex: {
    event: 'PreToolUse',
    file: inFolder('.codex', 'hooks.json'),
    entry: (command) => ({ matcher: '.*', hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS }] }),
  },
  gemini: {
    event: 'BeforeTool',
    file: inFolder('.gemini', 'settings.json'),
    entry: (command) => ({
      matcher: '.*',
      hooks: [{ name: 'lighthouse', type: 'command', command, timeout: TIMEOUT_SECONDS * 1_000 }],
    }),
  },
  copilot: {
    event: 'preToolUse',
    file: (scope, directory, home = homedir()) =>
      scope === 'local'
        ? undefined
        : join(
            ...(scope === 'user' ? [home, '.copilot'] : [directory, '.github']),
            'hooks',
            'lighthouse.json',
          ),
    entry: (command) => ({ type: 'command', bash: command, timeoutSec: TIMEOUT_SECONDS }),
    header: { version: 1 },
  },
} as const satisfies Record<HookClientName, HookSettings>

/** Claude Code's hook as an HTTP endpoint; the key stays in the environment. */
export function httpEntry(url: string): Json {
  return {
    matcher: '*',
    hooks: [
      {
        type: 'http',
        url,
        headers: { Authorization: 'Bearer $LIGHTHOUSE_KEY' },
        allowedEnvVars: ['LIGHTHOUSE_KEY'],
        timeout: TIMEOUT_SECONDS,
        onFailure: 'block',
      },
    ],
  }
}
