import type { Fields, HookClient } from './call.js'
import { claudeCode } from './claude-code.js'
import { codex } from './codex.js'
import { copilot } from './copilot.js'
import { gemini } from './gemini.js'

/** The coding agents whose hooks are answered, by the name that `--for` takes. */
export const HOOK_CLIENTS = { 'claude-code': claudeCode, codex, gemini, copilot } as const satisfies Record<
  string,
  HookClient
>
export type HookClientName = keyof typeof HOOK_CLIENTS

export function isHookClient(name: string): name is HookClientName {
  return Object.hasOwn(HOOK_CLIENTS, name)
}

/** Whose input this is, by what only its owner writes; Claude Code's where nothing says otherwise. */
export function clientOf(value: Fields): HookClientName {
  if (value['hook_event_name'] === 'BeforeTool') return 'gemini'
  if ('toolName' in value || 'toolArgs' in value) return 'copilot'
  return 'turn_id' in value || 'model' in value ? 'codex' : 'claude-code'
}
