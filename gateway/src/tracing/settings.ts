import * as z from 'zod'

/** As OTEL_TRACES_SAMPLER names them. Source: OpenTelemetry specification, "Environment variables". */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
export type SamplerName = (typeof SAMPLERS)[number]

const texts = z.record(z.string(), z.string())

/** What a configuration file says under `traces`. Nothing is traced without an endpoint. */
export const tracesSection = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where spans are posted, the path included (OTLP over HTTP, protobuf).'),
  headers: texts.optional().describe('Headers that they are posted with.'),
  serviceName: z.string().min(1).default('lighthouse-gateway').describe('`service.name` of the spans.'),
  attributes: texts.optional().describe('Further attributes of their resource.'),
  sampler: z.enum(SAMPLERS).default('parentbased_always_on').describe('Which operations are traced.'),
  ratio: z.number().min(0).max(1).default(1).describe('The share of them where the sampler asks for one.'),
  delayMs: z.int().min(1).max(60_000).default(1_000).describe('How long a span waits for others.'),
  timeoutMs: z
    .int()
    .min(1)
    .max(60_000)
    .default(10_000)
    .describe('How long one post may take, retries included.'),
  maxQueue: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(8_192)
    .describe('Spans that may wait; one more is dropped.'),
})

export type TracesInput = Readonly<z.input<typeof tracesSection>>
export type TracesSettings = Readonly<z.output<typeof tracesSection>>
