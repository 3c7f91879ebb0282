import { describe, it } from 'vitest'
import {
  answerHook,
  answerHttpHook,
  type Ask,
  type HookDecision,
  type HookResult,
} from '../../src/hook/answer.js'
import { clientOf, HOOK_CLIENTS, type HookClientName } from '../../src/hook/clients.js'
import type { ValidationInput } from '../../src/documents.js'

const decided =
  (decision: string): Ask =>
  async () =>
    ({ id: 'd1', decision, tier: 'POLICY', reason: 'because' }) as HookDecision

/** What each agent sends before it runs a shell command. */
const CALLS: Readonly<Record<HookClientName, Record<string, unknown>>> = {
  'claude-code': {
    session_id: 's',
    transcript_path: '/t',
    cwd: '/work',
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'ls' },
    tool_use_id: 'u',
  },
  codex: {
    session_id: 's',
    transcript_path: null,
    cwd: '/work',
    model: 'gpt-5',
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'ls' },
    tool_use_id: 'u',
    turn_id: 't',
  },
  gemini: {
    session_id: 's',
    transcript_path: '/t',
    cwd: '/work',
    hook_event_name: 'BeforeTool',
    timestamp: '2026-01-01T00:00:00Z',
    tool_name: 'run_shell_command',
    tool_input: { command: 'ls' },
  },
  copilot: { sessionId: 's', timestamp: 1, cwd: '/work', toolName: 'bash', toolArgs: '{"command":"ls"}' },
}

type Outcome = 'runs' | 'asks' | 'blocked' | 'own permissions'

/** What an agent does with an answer, as its documentation says; where versions differ, the one that lets more through. */
const READS: Readonly<Record<HookClientName, (result: HookResult) => Outcome>> = {
  'claude-code': ({ exitCode, stdout, stderr }) => {
    if (exitCode === 2) return stderr === '' ? 'runs' : 'blocked'
    if (stdout === '') return 'own permissions'
    return outcomeOf(specific(stdout)['permissionDecision'])
  },
  codex: ({ exitCode, stdout, stderr }) => {
    if (exitCode === 2) return stderr.trim() === '' ? 'runs' : 'blocked'
    if (stdout === '') return 'own permissions'
    const { permissionDecision, permissionDecisionReason } = specific(stdout)
    return permissionDecision === 'deny' && permissionDecisionReason !== '' ? 'blocked' : 'runs'
  },
  gemini: ({ exitCode, stdout }) => {
    if (exitCode === 2 || stdout === '') return 'runs'
    return (JSON.parse(stdout) as { decision: string }).decision === 'deny' ? 'blocked' : 'runs'
  },
  copilot: ({ exitCode, stdout }) => {
    if (exitCode === 2) return 'blocked'
    if (stdout === '') return 'own permissions'
    return outcomeOf((JSON.parse(stdout) as Record<string, unknown>)['permissionDecision'])
  },
}

function specific(stdout: string): Record<string, unknown> {
  return (JSON.parse(stdout) as { hookSpecificOutput: Record<string, unknown> }).hookSpecificOutput
}

function outcomeOf(verdict: unknown): Outcome {
  return verdict === 'deny' ? 'blocked' : verdict === 'ask' ? 'asks' : 'runs'
}

const EXPECTED: Readonly<Record<HookClientName, readonly [allow: Outcome, ask: Outcome, block: Outcome]>> = {
  'claude-code': ['runs', 'asks', 'blocked'],
  codex: ['own permissions', 'blocked', 'blocked'],
  gemini: ['runs', 'blocked', 'blocked'],
  copilot: ['runs', 'asks', 'blocked'],
}

const FAULTS: readonly (readonly [string, Ask])[] = [
  ['the server is down', async () => Promise.reject(new Error('ECONNREFUSED'))],
  ['the answer does not come', async () => new Promise(() => undefined)],
  ['the answer is empty', async () => undefined as unknown as HookDecision],
  ['the decision is unknown', decided('MAYBE')],
  ['the decision is a method of objects', decided('toString')],
  [
    'the ask throws',
    () => {
      throw new Error('bug')
    },
  ],
]
const BROKEN = [
  '',
  ' ',
  '{',
  '[]',
  'null',
  '"x"',
  '{}',
  '\0',
  '{"tool_name":1}',
  '{"toolName":"bash","toolArgs":"{"}',
]

for (const client of Object.keys(HOOK_CLIENTS) as HookClientName[]) {
  const stdin = JSON.stringify(CALLS[client])
  describe(`the hook of ${client}`, () => {
    it('[P-114] is known by its input', ({ expect }) => {
      expect(clientOf(CALLS[client])).toBe(client)
    })

    for (const [index, decision] of (['ALLOW', 'ESCALATE', 'BLOCK'] as const).entries()) {
      it(`[P-114] is told ${decision} as it understands it`, async ({ expect }) => {
        for (const options of [{}, { client }]) {
          const result = await answerHook(stdin, decided(decision), options)
          expect(READS[client](result)).toBe(EXPECTED[client][index])
        }
      })
    }

    for (const [name, ask] of FAULTS) {
      it(`[P-114] blocks when ${name}`, async ({ expect }) => {
        const result = await answerHook(stdin, ask, { client, budgetMs: 5 })
        expect(READS[client](result)).toBe('blocked')
        const body = JSON.parse(await answerHttpHook(stdin, ask, { client, budgetMs: 5 })) as object
        expect(JSON.stringify(body)).toContain('deny')
      })
    }

    it('[P-114] blocks for input that cannot be read, without asking', async ({ expect }) => {
      let asked = 0
      const ask: Ask = async () => {
        asked += 1
        return { id: '', decision: 'ALLOW', tier: '', reason: '' }
      }
      for (const broken of BROKEN) {
        expect([broken, READS[client](await answerHook(broken, ask, { client }))]).toEqual([
          broken,
          'blocked',
        ])
        expect(await answerHttpHook(broken, ask, { client })).toContain('deny')
      }
      expect(asked).toBe(0)
    })
  })
}

describe('tool calls under the names of other agents', () => {
  async function seen(value: object, decide: (input: ValidationInput) => string = () => 'ALLOW') {
    const inputs: ValidationInput[] = []
    const result = await answerHook(JSON.stringify(value), async (input) => {
      inputs.push(input)
      return { id: 'd', decision: decide(input) as 'ALLOW', tier: 'POLICY', reason: 'r' }
    })
    return { inputs, result }
  }

  it('are asked about as what they are', async ({ expect }) => {
    const { copilot, gemini } = CALLS
    const edit = { path: 'a.ts', old_str: 'x', new_str: 'y' }
    expect((await seen({ ...copilot, toolName: 'edit', toolArgs: edit })).inputs[0]).toMatchObject({
      toolName: 'Edit',
      toolInput: { file_path: 'a.ts', old_string: 'x', new_string: 'y' },
      cwd: '/work',
    })
    expect((await seen({ ...copilot, toolName: 'write_bash' })).inputs[0]?.toolName).toBe('write_bash')
    const list = { tool_name: 'list_directory', tool_input: { dir_path: '/etc' } }
    expect((await seen({ ...gemini, ...list })).inputs[0]).toMatchObject({
      toolName: 'LS',
      toolInput: { path: '/etc' },
    })
  })

  const patch = [
    '*** Begin Patch',
    '*** Update File: src/a.ts',
    '@@',
    '-old',
    '+new',
    "*** Delete File: it's.txt",
    '*** Add File: .env',
    '+KEY=1',
    '*** End Patch',
  ].join('\n')

  it('take a patch apart into the files that it changes, and the strictest answer counts', async ({
    expect,
  }) => {
    const call = { ...CALLS.codex, tool_name: 'apply_patch', tool_input: { command: patch } }
    const { inputs, result } = await seen(call, ({ toolInput }) =>
      (toolInput as { file_path?: string }).file_path === '.env' ? 'BLOCK' : 'ALLOW',
    )
    expect(inputs).toMatchObject([
      { toolName: 'Write', toolInput: { file_path: 'src/a.ts', content: 'new' } },
      { toolName: 'Bash', toolInput: { command: `rm -- 'it'\\''s.txt'` } },
      { toolName: 'Write', toolInput: { file_path: '.env', content: 'KEY=1' } },
    ])
    expect(new Set(inputs.map(({ requestId }) => requestId)).size).toBe(3)
    expect(READS.codex(result)).toBe('blocked')
  })

  it('leave a patch that cannot be read whole', async ({ expect }) => {
    for (const command of ['', 'rm -rf /', patch.replace('*** Delete File', '*** Destroy File')]) {
      const call = { ...CALLS.codex, tool_name: 'apply_patch', tool_input: { command } }
      expect((await seen(call)).inputs).toMatchObject([{ toolName: 'apply_patch', toolInput: { command } }])
    }
  })
})
