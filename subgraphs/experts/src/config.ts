import type { LlmOptions } from './experts/llm.js'

export interface ExpertsConfig {
  /** The file of the scripted expert's rules; undefined for the shipped one. */
  readonly script: string | undefined
  readonly openai: Omit<LlmOptions, 'log'> | undefined
}

type Env = Readonly<Record<string, string | undefined>>

const OPENAI_URL = 'https://api.openai.com/v1'
const DEFAULT_MODEL = 'gpt-4o-mini'

/** Who is asked: LIGHTHOUSE_EXPERTS_SCRIPT, and what {@link readOpenai} reads. Throws as it does. */
export function readConfig(env: Env): ExpertsConfig {
  return { script: env['LIGHTHOUSE_EXPERTS_SCRIPT'] || undefined, openai: readOpenai(env) }
}

/**
 * The model to ask, from OPENAI_API_KEY or OPENAI_BASE_URL (either turns it on; servers on one's own machine often take
 * any key), OPENAI_MODEL, OPENAI_TIMEOUT_MS, OPENAI_MAX_CONCURRENT, OPENAI_MIN_ALLOW_CONFIDENCE,
 * OPENAI_MAX_TOKENS_PER_HOUR, OPENAI_PROMPT_USD_PER_MILLION and OPENAI_COMPLETION_USD_PER_MILLION. Undefined when none
 * is configured. Throws when a number is none.
 */
function readOpenai(env: Env): ExpertsConfig['openai'] {
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
