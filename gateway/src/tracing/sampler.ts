import { ROOT_CONTEXT, SpanKind, trace as api, TraceFlags } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { TraceContext } from '../trace.js'
import type { SamplerName, TracesSettings } from './settings.js'

const SAMPLERS = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
} as const satisfies Record<SamplerName, (ratio: number) => Sampler>

/** Says whether an operation is traced, as OpenTelemetry's sampler of that name does. */
export function samplerOf({
  sampler: name,
  ratio,
}: Pick<TracesSettings, 'sampler' | 'ratio'>): (trace: TraceContext) => boolean {
  const sampler = SAMPLERS[name](ratio)
  return ({ traceId, parentId, isSampled }) => {
    const parent = {
      traceId,
      spanId: parentId ?? '',
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    }
    const context = parentId === undefined ? ROOT_CONTEXT : api.setSpanContext(ROOT_CONTEXT, parent)
    const { decision } = sampler.shouldSample(context, traceId, '', SpanKind.SERVER, {}, [])
    return decision === SamplingDecision.RECORD_AND_SAMPLED
  }
}
