import { parseArgs } from 'node:util'

import { type Pattern, PATTERNS } from './arrival.js'
import { GATE_NAMES, type GateName } from './gate.js'
import { LoadError } from './load-error.js'
import type { LoadOptions } from './load-options.js'
import type { Shares } from './mix.js'
import { scenarioNames } from './scenario.js'

export const USAGE = `lighthouse load: open-loop agents, latency from the scheduled time

  lighthouse load [--scenario NAME] [--agents N] [--rate R] [--seconds S] [--json] [--out FILE]

  --scenario NAME        ${scenarioNames().join(', ')} (default steady)
  --agents N             connections, one request at a time each
  --rate R               arrivals a second
  --seconds S            length of the measured part
  --warmup S             seconds sent before it, not measured (default 2)
  --mix S/R/C            weights of safe, risky and complex commands, for example 70/20/10
  --pattern NAME         ${PATTERNS.join(', ')}
  --peak F               highest factor on the rate that the pattern reaches
  --seed N               the same seed sends the same at the same times (default 1)
  --dashboards N         liveMetrics subscribers during the run
  --gate NAME=LIMIT      fail above (throughput, hits: below) the limit; repeatable: ${GATE_NAMES.join(', ')}
  --timeout MS           after which a request has failed (default 35000)
  --max-in-flight N      sent or waiting at one time; past it arrivals are dropped and counted
  --max-lateness MS      the run is invalid when the driver's own p99 is above (default 50)
  --url URL --key KEY    instead of LIGHTHOUSE_URL, LIGHTHOUSE_KEY or the instance that runs here
  --json                 print the report as JSON     --out FILE   write the JSON there too

Exit: 0 pass, 1 a gate failed, 2 the run is invalid, 3 usage or connection error.
`

export interface Flags {
  readonly options: LoadOptions
  readonly json: boolean
  readonly out: string | undefined
  readonly help: boolean
}

/** Reads the flags of `lighthouse load`. Throws USAGE with the flag that is wrong. */
export function parseFlags(argv: readonly string[]): Flags {
  const values = read(argv)
  const number = (name: keyof typeof values): number | undefined => {
    const text = values[name]
    if (text === undefined) return undefined
    const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN
    if (Number.isFinite(value) && value >= 0) return value
    throw new LoadError('USAGE', `--${name} is ${JSON.stringify(text)}; it takes a number of 0 or more`)
  }
  const options = {
    url: values.url,
    key: values.key,
    scenario: values.scenario,
    agents: number('agents'),
    rate: number('rate'),
    seconds: number('seconds'),
    warmupSeconds: number('warmup'),
    mix: values.mix === undefined ? undefined : shares(values.mix),
    pattern: values.pattern as Pattern | undefined,
    peakFactor: number('peak'),
    seed: number('seed'),
    dashboards: number('dashboards'),
    timeoutMs: number('timeout'),
    maxInFlight: number('max-in-flight'),
    maxSendLatenessMs: number('max-lateness'),
    limits: values.gate === undefined ? undefined : limits(values.gate),
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return {
    options: Object.fromEntries(given) as LoadOptions,
    json: values.json ?? false,
    out: values.out,
    help: values.help ?? false,
  }
}

function read(argv: readonly string[]) {
  const text = { type: 'string' } as const
  const yes = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        url: text,
        key: text,
        scenario: text,
        agents: text,
        rate: text,
        seconds: text,
        warmup: text,
        mix: text,
        pattern: text,
        peak: text,
        seed: text,
        dashboards: text,
        timeout: text,
        'max-in-flight': text,
        'max-lateness': text,
        gate: { type: 'string', multiple: true },
        out: text,
        json: yes,
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new LoadError('USAGE', error instanceof Error ? error.message : String(error))
  }
}

function shares(text: string): Shares {
  const [safe, risky, complex, more] = text.split('/').map(Number)
  if (safe !== undefined && risky !== undefined && complex !== undefined && more === undefined) {
    return { safe, risky, complex }
  }
  throw new LoadError('USAGE', `--mix is ${JSON.stringify(text)}; it takes three weights such as 70/20/10`)
}

function limits(texts: readonly string[]): Partial<Record<GateName, number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name, limit] = text.split('=')
      const known = GATE_NAMES.find((gate) => gate === name)
      const value = limit === undefined || limit === '' ? Number.NaN : Number(limit)
      if (known !== undefined && Number.isFinite(value)) return [known, value]
      throw new LoadError(
        'USAGE',
        `--gate is ${JSON.stringify(text)}; NAME=LIMIT, NAME of ${GATE_NAMES.join(', ')}`,
      )
    }),
  )
}
