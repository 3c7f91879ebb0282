import {
  createTraceState,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { TracesSettings } from './settings.js'
import type { SpanFacts } from './span-facts.js'

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanFacts['kind'], SpanKind>

/** Posts spans to a collector, again where OTLP says that it may help. Resolves with why they were not taken. */
export function exporterOf(
  endpoint: string,
  settings: Pick<TracesSettings, 'headers' | 'serviceName' | 'attributes' | 'timeoutMs'>,
): (batch: readonly SpanFacts[]) => Promise<string | undefined> {
  const { headers = {}, serviceName, attributes, timeoutMs } = settings
  const exporter = new OTLPTraceExporter({ url: endpoint, headers, timeoutMillis: timeoutMs })
  const resource = resourceFromAttributes({ ...attributes, 'service.name': serviceName })
  return (batch) =>
    new Promise((resolve) => {
      const spans = batch.map((facts) => readable(facts, resource))
      exporter.export(spans, ({ error }) => resolve(error === undefined ? undefined : reasonOf(error)))
    })
}

function reasonOf(error: Error): string {
  const { code } = error as { code?: number | string }
  return code === undefined ? error.message : `${code} ${error.message}`
}

const SCOPE = { name: 'lighthouse' } as const
const OK = { code: SpanStatusCode.UNSET } as const
const NONE: never[] = []

function readable(facts: SpanFacts, resource: ReadableSpan['resource']): ReadableSpan {
  const { trace, id, parentId, name, kind, startUs, durationUs, attributes, failure } = facts
  const { traceId, state } = trace
  const traceState = state === undefined ? undefined : createTraceState(state)
  const traceFlags = TraceFlags.SAMPLED
  const context: SpanContext = { traceId, spanId: id, traceFlags, ...(traceState && { traceState }) }
  const parent = parentId ?? trace.parentId
  const isRemote = parentId === undefined
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => context,
    ...(parent !== undefined && { parentSpanContext: { traceId, spanId: parent, traceFlags, isRemote } }),
    startTime: timeOf(startUs),
    endTime: timeOf(startUs + durationUs),
    duration: timeOf(durationUs),
    status: failure === undefined ? OK : { code: SpanStatusCode.ERROR, message: failure },
    attributes,
    links: NONE,
    events: NONE,
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }
}

/** Seconds and nanoseconds. */
function timeOf(us: number): HrTime {
  const whole = Math.max(0, Math.round(us))
  return [Math.floor(whole / 1_000_000), (whole % 1_000_000) * 1_000]
}
