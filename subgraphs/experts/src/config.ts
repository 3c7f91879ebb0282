import { readServing, type Serving } from '@lighthouse/chassis/read-serving'
import type { LlmOptions } from './experts/llm.js'

export interface ExpertsConfig extends Serving {
  /** GraphQL address of the events subgraph, when there is one. */
  readonly eventsUrl: string | undefined
  readonly script: string | undefined
  readonly openai: Omit<LlmOptions, 'log'> | undefined
}

type Env = Readonly<Record<string, string | undefined>>

const OPENAI_URL = 'https://api.openai.com/v1'
const DEFAULT_MODEL = 'gpt-4o-mini'
const DEFAULT_PORT = 4104

/**
 * Reads the configuration of an experts subgraph that runs alone. Throws naming the variable that is missing or wrong.
 *
 * LIGHTHOUSE_GATEWAY_SECRET (required), LIGHTHOUSE_HOST, LIGHTHOUSE_PORT, LIGHTHOUSE_EVENTS_URL, LIGHTHOUSE_EXPERTS_SCRIPT, and
 * what {@link readOpenai} reads.
 */
export function readConfig(env: Env = process.env): ExpertsConfig {
  return {
    ...readServing(env, DEFAULT_PORT),
    eventsUrl: env['LIGHTHOUSE_EVENTS_URL'],
    script: env['LIGHTHOUSE_EXPERTS_SCRIPT'],
    openai: readOpenai(env),
  }
}

/**
 * The model to ask, from OPENAI_API_KEY or OPENAI_BASE_URL (either turns it on; servers on one's own machine often take
 * any key), OPENAI_MODEL, OPENAI_TIMEOUT_MS, OPENAI_MAX_CONCURRENT, OPENAI_MIN_ALLOW_CONFIDENCE,
 * OPENAI_MAX_TOKENS_PER_HOUR, OPENAI_PROMPT_USD_PER_MILLION and OPENAI_COMPLETION_USD_PER_MILLION. Undefined when none
 * is configured. Throws when a number is none.
 */
export function readOpenai(env: Env = process.env): ExpertsConfig['openai'] {
  const baseURL = env['OPENAI_BASE_URL']
  const apiKey = env['OPENAI_API_KEY']
  if (!baseURL && !apiKey) return undefined
  const numbers = {
    timeoutMs: number(env, 'OPENAI_TIMEOUT_MS'),
    maxConcurrent: number(env, 'OPENAI_MAX_CONCURRENT'),
    minAllowConfidence: number(env, 'OPENAI_MIN_ALLOW_CONFIDENCE'),
    maxTokensPerHour: number(env, 'OPENAI_MAX_TOKENS_PER_HOUR'),
  }
  return {
    baseURL: baseURL || OPENAI_URL,
    apiKey: apiKey || 'none',
    model: env['OPENAI_MODEL'] || DEFAULT_MODEL,
    price: {
      promptUsd: number(env, 'OPENAI_PROMPT_USD_PER_MILLION') ?? 0,
      completionUsd: number(env, 'OPENAI_COMPLETION_USD_PER_MILLION') ?? 0,
    },
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  }
}

function number(env: Env, name: string): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`${name} is ${JSON.stringify(text)}; it takes a number of 0 or more`)
}
