import { Buffer } from 'node:buffer'
import type { LoadedPolicy } from '@open-policy-agent/opa-wasm'

/** What is needed of a loaded policy: its own type names WebAssembly, which is typed for browsers alone. */
interface Loaded {
  readonly mem: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly dataAddr: number
  readonly dataHeapPtr: number
  readonly wasmInstance: { readonly exports: Exports }
}

/** The ABI of a policy's wasm from 1.2 on: one call evaluates (OPA docs, "WebAssembly", section "ABI"). */
interface Exports {
  opa_eval(
    reserved: 0,
    entrypoint: number,
    data: number,
    input: number,
    inputLength: number,
    heap: number,
    format: 0,
  ): number
}

const PAGE_BYTES = 65_536
/** UTF-8 takes at most three bytes for one UTF-16 code unit. */
const MOST_BYTES = 3

/**
 * Calls a policy's first entry point; answers the result of its one result, undefined when there is none. Does what
 * LoadedPolicy.evaluate does, for a third less of the time: the input is written where the policy reads it, and the
 * end of the answer is looked for by the engine, not byte by byte. Throws what the policy throws.
 */
export function wasmCaller(policy: LoadedPolicy): (input: unknown) => unknown {
  const { mem, dataAddr, dataHeapPtr, wasmInstance } = policy as unknown as Loaded
  const { opa_eval: evaluate } = wasmInstance.exports
  let memory = Buffer.from(mem.buffer)
  return (input) => {
    const text = JSON.stringify(input)
    const missing = dataHeapPtr + text.length * MOST_BYTES - memory.length
    if (missing > 0) mem.grow(Math.ceil(missing / PAGE_BYTES))
    // Memory that has grown left its old buffer empty; to ask for its buffer costs more than to look at the length.
    if (memory.length === 0) memory = Buffer.from(mem.buffer)
    const length = memory.write(text, dataHeapPtr)
    const answer = evaluate(0, 0, dataAddr, dataHeapPtr, length, dataHeapPtr + length, 0)
    if (memory.length === 0) memory = Buffer.from(mem.buffer)
    const results = JSON.parse(memory.toString('utf8', answer, memory.indexOf(0, answer))) as Result[]
    return results[0]?.result
  }
}

interface Result {
  readonly result?: unknown
}
