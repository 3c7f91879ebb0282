import { type HookClient, readSnakeCase } from './call.js'

/** Protocol: Claude Code, hooks reference, PreToolUse. Exit codes other than 0 and 2 let the tool run. */
export const claudeCode: HookClient = {
  asks: true,
  failsBy: 'exit',
  read(value) {
    const call = readSnakeCase(value, 'PreToolUse')
    return typeof call === 'string' ? call : [call]
  },
  say: ({ verdict, reason }) => ({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: verdict,
      permissionDecisionReason: reason,
    },
  }),
}
