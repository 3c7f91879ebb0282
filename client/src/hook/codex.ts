import { type HookClient, readSnakeCase } from './call.js'
import { callsOfPatch } from './patch.js'

/**
 * Protocol: Codex CLI, hooks, PreToolUse. It takes `deny` alone: an `allow` or `ask` is an invalid answer, after which
 * the tool runs. So an ALLOW says nothing (its own approvals go on), and what would be asked is denied.
 */
export const codex: HookClient = {
  asks: false,
  failsBy: 'exit',
  read(value) {
    const call = readSnakeCase(value, 'PreToolUse')
    if (typeof call === 'string') return call
    return call.toolName === 'apply_patch' ? (callsOfPatch(call) ?? [call]) : [call]
  },
  say: ({ verdict, reason }) =>
    verdict === 'allow'
      ? undefined
      : {
          hookSpecificOutput: {
            hookEventName: 'PreToolUse',
            permissionDecision: 'deny',
            permissionDecisionReason: reason,
          },
        },
}
