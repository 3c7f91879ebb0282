import type { Call, Send, WireReply } from './send.js'

interface Flight {
  readonly reply: Promise<WireReply>
  readonly controller: AbortController
  waiting: number
}

/**
 * Lets equal calls that are under way at the same time share one request. Equal means the same body and the same
 * headers: the principal and everything that was passed on of the client's request, so that no answer crosses from one
 * identity to another. What follows a mutation joins nothing that was sent before it. Each caller reads the text by itself, because what is read is written into. The request is given
 * up when the last of its callers is gone. At most as many are kept as are under way.
 */
export function deduplicate(next: Send, onShare: () => void): Send {
  const flights = new Map<string, Flight>()
  return (call) => {
    if (!call.isRepeatable) return next(call)
    const key = `${call.headers.join('\n')}\n\n${call.body}`
    const land = (flight: Flight) => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    const flying = flights.get(key)
    if (flying !== undefined && !call.isFresh) {
      call.notes.isShared = true
      onShare()
      return board(flying, call, land)
    }
    const controller = new AbortController()
    const reply = next({ ...call, signal: controller.signal })
    const flight: Flight = { reply, controller, waiting: 0 }
    flights.set(key, flight)
    const landed = () => land(flight)
    reply.then(landed, landed)
    return board(flight, call, land)
  }
}

/** Waits with the others for one reply; `close` keeps newcomers out when nobody waits any more. */
function board(flight: Flight, { signal }: Call, close: (flight: Flight) => void): Promise<WireReply> {
  flight.waiting += 1
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason as Error)
      flight.waiting -= 1
      if (flight.waiting > 0) return
      close(flight)
      flight.controller.abort(signal.reason)
    }
    if (signal.aborted) {
      leave()
      return
    }
    signal.addEventListener('abort', leave, { once: true })
    const stay = () => signal.removeEventListener('abort', leave)
    flight.reply.then(
      (reply) => {
        stay()
        resolve(reply)
      },
      (error: Error) => {
        stay()
        reject(error)
      },
    )
  })
}
