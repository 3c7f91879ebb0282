import { READ_EVENTS, READ_OPERATIONS } from '@lighthouse/client/documents'
import { submit } from '@lighthouse/client/submit'
import type { Transport } from '@lighthouse/client/transport'
import { EVENT_TYPES } from '@lighthouse/contract/event-types'
import { z } from 'zod'
import { EXPLAIN, READ_EXPERTS } from './documents.js'

/** One tool of the MCP server: what it takes, and what it asks of the graph. */
export interface Tool<Shape extends z.ZodRawShape> {
  readonly title: string
  readonly description: string
  readonly input: Shape
  /** It looks and leaves no trace. */
  readonly readOnly: boolean
  run(transport: Transport, input: z.infer<z.ZodObject<Shape>>): Promise<object>
}

const CALL = {
  toolName: z
    .string()
    .min(1)
    .max(200)
    .describe('The tool as its agent names it: Bash, Write, Read, WebFetch, …'),
  toolInput: z
    .record(z.string(), z.unknown())
    .describe('The tool\'s own input, for example {"command": "ls -la"}'),
  cwd: z.string().optional().describe('The absolute directory in which it would run'),
  projectRoot: z.string().optional().describe("The absolute directory that is the agent's own to change"),
}

function tool<Shape extends z.ZodRawShape>(given: Tool<Shape>): Tool<Shape> {
  return given
}

/** Everything that the MCP server offers, by name. */
export const TOOLS = {
  validate: tool({
    title: 'May this tool call run?',
    description:
      'Decides whether a tool call may run: ALLOW, ESCALATE (ask a person) or BLOCK, with the reason. Ask before running anything that changes something; run it only when the decision is ALLOW.',
    input: {
      ...CALL,
      requestId: z
        .string()
        .max(200)
        .optional()
        .describe('Idempotency key: the same key gets the same decision'),
    },
    readOnly: false,
    run: (transport, input) => submit(transport, input),
  }),
  explain: tool({
    title: 'Why would it be decided so?',
    description:
      'Shows what a tool call would do and how each rule and tier judges it, without deciding or recording anything.',
    input: CALL,
    readOnly: true,
    run: async (transport, input) => (await transport.run(EXPLAIN, { input })).explain,
  }),
  events: tool({
    title: 'What happened?',
    description: 'Reads the event log: decisions, consultations, changes of policies and flags, in order.',
    input: {
      types: z.array(z.enum(EVENT_TYPES)).optional().describe('Only events of these types'),
      aggregateId: z.string().optional().describe('Only events about this, for example the id of a decision'),
      agentId: z.string().optional().describe('Only events that this agent caused'),
      after: z
        .int()
        .min(0)
        .optional()
        .describe('Only events behind this sequence; without it the newest are read'),
      limit: z.int().min(1).max(200).default(20),
    },
    readOnly: true,
    run: async (transport, { after, limit, ...filter }) => {
      const page = after === undefined ? { last: limit } : { first: limit, after }
      return (await transport.run(READ_EVENTS, { filter, ...page })).events
    },
  }),
  experts: tool({
    title: 'Who is asked when rules cannot tell?',
    description: 'Lists experts with their capabilities, load and record.',
    input: {},
    readOnly: true,
    run: (transport) => transport.run(READ_EXPERTS, {}),
  }),
  metrics: tool({
    title: 'How fast are operations?',
    description:
      'Counts, errors and latency percentiles (ms) of every GraphQL operation over the last window.',
    input: {
      window: z.string().max(20).default('PT1H').describe('An ISO 8601 duration, for example PT5M or PT24H'),
      limit: z.int().min(1).max(200).default(50),
    },
    readOnly: true,
    run: (transport, { window, limit }) => transport.run(READ_OPERATIONS, { window, first: limit }),
  }),
} as const
