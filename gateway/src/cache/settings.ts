import * as z from 'zod'

const DAY_MS = 86_400_000

const rule = z.strictObject({
  ttlMs: z.int().min(0).max(DAY_MS).describe('How long what was fetched is kept; 0 for never.'),
  scope: z.enum(['private', 'public']).default('private').describe('Who may share it.'),
  tags: z.array(z.string().min(1).max(128)).max(16).default([]).describe('Names to invalidate it by.'),
})

const rules = z.record(z.string(), rule)

/** What a configuration file says under `cache`. Nothing is cached without it. */
export const cacheSection = z.strictObject({
  maxBytes: z.int().min(65_536).max(17_179_869_184).default(67_108_864).describe('Memory for it.'),
  hints: z.boolean().default(true).describe("Heed the supergraph's @cacheControl."),
  responses: z.boolean().default(false).describe('Keeps whole answers to queries as well.'),
  types: rules.optional().describe('By type, in whichever subgraph; `Query` for root fields.'),
  subgraphs: z
    .record(z.string(), z.strictObject({ types: rules.optional() }))
    .optional()
    .describe('By subgraph and type, before the others.'),
  redis: z
    .strictObject({
      url: z.string().min(1).optional().describe('Shares what is kept among gateways; --redis when absent.'),
      timeoutMs: z.int().min(1).max(10_000).default(100).describe('How long a lookup may take.'),
      maxEntryBytes: z
        .int()
        .min(1_024)
        .max(16_777_216)
        .default(262_144)
        .describe('Larger ones stay in memory only.'),
    })
    .prefault({}),
  invalidation: z
    .strictObject({ secret: z.string().min(16).describe('What POST /cache/invalidate must bring.') })
    .optional()
    .describe('Without it there is no such address.'),
})

export type CacheInput = Readonly<z.input<typeof cacheSection>>
export type CacheSettings = Readonly<z.output<typeof cacheSection>>
export type CacheRule = Readonly<z.output<typeof rule>>
