import { describe, it } from 'vitest'
import { answerHook, type Ask, type HookDecision } from '../../src/hook/answer.js'
import type { ValidationInput } from '../../src/documents.js'

const decided =
  (decision: string): Ask =>
  async () =>
    ({ id: 'd1', decision, tier: 'POLICY', reason: 'because' }) as HookDecision
const down: Ask = async () => Promise.reject(new Error('connect ECONNREFUSED'))
const never: Ask = async () => new Promise(() => undefined)

function call(over: Record<string, unknown> = {}): string {
  return JSON.stringify({
    session_id: 's1',
    transcript_path: '/t.jsonl',
    cwd: '/work',
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'ls' },
    tool_use_id: 'toolu_1',
    ...over,
  })
}

function verdictOf(stdout: string): { permissionDecision: string; permissionDecisionReason: string } {
  const value = JSON.parse(stdout) as {
    hookSpecificOutput: { permissionDecision: string; permissionDecisionReason: string }
  }
  return value.hookSpecificOutput
}

describe('answerHook', () => {
  for (const [decision, expected] of [
    ['ALLOW', 'allow'],
    ['BLOCK', 'deny'],
    ['ESCALATE', 'ask'],
  ] as const) {
    it(`[P-114] answers ${decision} as ${expected} with exit code 0 and the reason`, async ({ expect }) => {
      const result = await answerHook(call(), decided(decision))
      expect(result.exitCode).toBe(0)
      expect(verdictOf(result.stdout).permissionDecision).toBe(expected)
      expect(verdictOf(result.stdout).permissionDecisionReason).toContain('because')
      expect(result.stderr).toBe('')
    })
  }

  for (const mode of ['headless', 'dontAsk', 'bypassPermissions']) {
    it(`[P-114] denies an ESCALATE in mode ${mode}, where nobody would be asked`, async ({ expect }) => {
      const result = await answerHook(call({ permission_mode: mode }), decided('ESCALATE'))
      expect(verdictOf(result.stdout).permissionDecision).toBe('deny')
    })
  }

  for (const [name, stdin] of [
    ['empty stdin', ''],
    ['white space', ' \n'],
    ['text', 'ls -la'],
    ['cut JSON', call().slice(0, -5)],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['no tool_name', call({ tool_name: undefined })],
    ['a tool_name that is no text', call({ tool_name: 3 })],
    ['an empty tool_name', call({ tool_name: '' })],
    ['no tool_input', call({ tool_input: undefined })],
    ['a tool_input that is text', call({ tool_input: 'ls' })],
    ['a tool_input that is a list', call({ tool_input: ['ls'] })],
    ['another event', call({ hook_event_name: 'PostToolUse' })],
    ['NUL bytes', '\0\0\0'],
  ] as const) {
    it(`[P-114] blocks with exit code 2 and a reason on stderr for ${name}, without asking`, async ({
      expect,
    }) => {
      let asked = false
      const result = await answerHook(stdin, async () => {
        asked = true
        return { id: '', decision: 'ALLOW', tier: '', reason: '' }
      })
      expect(result).toMatchObject({ exitCode: 2, stdout: '' })
      expect(result.stderr).toMatch(/^Lighthouse could not read .+\n$/)
      expect(asked).toBe(false)
    })
  }

  const failures: readonly (readonly [string, Ask])[] = [
    ['the server is down', down],
    ['the answer does not come', never],
    ['the answer is empty', async () => undefined as unknown as HookDecision],
    ['the answer is text', async () => 'ALLOW' as unknown as HookDecision],
    ['the decision is unknown', decided('MAYBE')],
    ['the decision is lower case', decided('allow')],
    ['the decision names a method of every object', decided('toString')],
    [
      'the ask throws at once',
      () => {
        throw new Error('bug')
      },
    ],
  ]
  for (const [name, ask] of failures) {
    for (const tool of [
      'Bash',
      'Write',
      'Edit',
      'MultiEdit',
      'NotebookEdit',
      'WebFetch',
      'mcp__x__y',
      'toString',
    ]) {
      it(`[P-114] blocks ${tool} with exit code 2 when ${name}`, async ({ expect }) => {
        const result = await answerHook(call({ tool_name: tool }), ask, { budgetMs: 5 })
        expect(result).toMatchObject({ exitCode: 2, stdout: '' })
        expect(result.stderr).toMatch(/Lighthouse .+ not run/)
      })
    }
    for (const tool of ['Read', 'Glob', 'Grep', 'LS']) {
      it(`[P-114] asks the user about ${tool}, never allows it, when ${name}`, async ({ expect }) => {
        const result = await answerHook(call({ tool_name: tool }), ask, { budgetMs: 5 })
        expect(result.exitCode).toBe(0)
        expect(verdictOf(result.stdout).permissionDecision).toBe('ask')
      })
      it(`[P-114] blocks ${tool} when ${name} and nobody is there`, async ({ expect }) => {
        const stdin = call({ tool_name: tool, permission_mode: 'bypassPermissions' })
        expect((await answerHook(stdin, ask, { budgetMs: 5 })).exitCode).toBe(2)
      })
    }
  }

  async function seenOf(...stdins: readonly string[]): Promise<ValidationInput[]> {
    const seen: ValidationInput[] = []
    for (const stdin of stdins) {
      await answerHook(stdin, async (input) => {
        seen.push(input)
        return { id: 'd', decision: 'ALLOW', tier: 'POLICY', reason: 'r' }
      })
    }
    return seen
  }

  it('passes tool, input, directory and session on', async ({ expect }) => {
    const [input] = await seenOf(call())
    expect(input).toMatchObject({
      toolName: 'Bash',
      toolInput: { command: 'ls' },
      sessionId: 's1',
      cwd: '/work',
    })
  })

  it('asks the same call under one idempotency key, and another input under another', async ({ expect }) => {
    const [first, again, other, nameless] = await seenOf(
      call(),
      call(),
      call({ tool_input: { command: 'rm' } }),
      call({ tool_use_id: undefined }),
    )
    expect(first?.requestId).toMatch(/^[0-9a-f]{32}$/)
    expect(again?.requestId).toBe(first?.requestId)
    expect(other?.requestId).not.toBe(first?.requestId)
    expect(nameless?.requestId).toBeUndefined()
  })
})
