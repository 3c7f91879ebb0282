import { SAMPLERS, type TracesInput } from './settings.js'

/**
 * What OpenTelemetry's own variables say of traces; what they do not say is absent. Throws with the variable's name for a
 * value that is none of its kind. Source: OpenTelemetry specification, "Environment variables" and "OTLP exporter".
 */
export function readTraces(env: NodeJS.ProcessEnv = process.env): TracesInput {
  if (env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return {}
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL']
  const endpoint = endpointOf(env)
  if (endpoint !== undefined && protocol && protocol !== 'http/protobuf') {
    throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}"; spans are sent as http/protobuf only.`)
  }
  const headers = {
    ...listed(env, 'OTEL_EXPORTER_OTLP_HEADERS'),
    ...listed(env, 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'),
  }
  const { 'service.name': named, ...attributes } = listed(env, 'OTEL_RESOURCE_ATTRIBUTES')
  const given = {
    endpoint,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    serviceName: env['OTEL_SERVICE_NAME'] || named,
    attributes: Object.keys(attributes).length === 0 ? undefined : attributes,
    sampler: samplerOf(env),
    ratio: numberOf(env, 'OTEL_TRACES_SAMPLER_ARG', 1),
    delayMs: numberOf(env, 'OTEL_BSP_SCHEDULE_DELAY', 60_000),
    maxQueue: numberOf(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 1_000_000),
    timeoutMs:
      numberOf(env, 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 60_000) ??
      numberOf(env, 'OTEL_EXPORTER_OTLP_TIMEOUT', 60_000),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function endpointOf(env: NodeJS.ProcessEnv): string | undefined {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  if (own) return checked('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', own).href
  const all = env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!all) return undefined
  const url = checked('OTEL_EXPORTER_OTLP_ENDPOINT', all)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url.href
}

function checked(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new Error(`${variable} is "${text}", which is no http(s) address.`)
}

function samplerOf(env: NodeJS.ProcessEnv): TracesInput['sampler'] {
  const given = env['OTEL_TRACES_SAMPLER']
  if (!given) return undefined
  const sampler = SAMPLERS.find((name) => name === given)
  if (sampler === undefined)
    throw new Error(`OTEL_TRACES_SAMPLER is "${given}"; it may be ${SAMPLERS.join(', ')}.`)
  return sampler
}

function numberOf(env: NodeJS.ProcessEnv, variable: string, most: number): number | undefined {
  const text = env[variable]
  if (!text) return undefined
  const value = Number(text)
  if (value >= 0 && value <= most) return value
  throw new Error(`${variable} is "${text}", which is no number from 0 to ${most}.`)
}

/** `name=value,name=value`, percent-encoded. */
function listed(env: NodeJS.ProcessEnv, variable: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const pair of (env[variable] ?? '').split(',')) {
    const at = pair.indexOf('=')
    if (at < 1) continue
    try {
      found[pair.slice(0, at).trim()] = decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      throw new Error(`${variable} has a value that is not percent-encoded.`)
    }
  }
  return found
}
