import { once } from 'node:events'

/** Tells the parent where this server is, and answers what the parent asks until it goes away. */
export function answering(
  url: string,
  handle: (message: { readonly kind: string }) => unknown = () => ({}),
): void {
  process.on('message', async (message: { readonly kind: string }) => {
    const { user, system } = process.cpuUsage()
    const usage = { cpuUs: user + system, rssBytes: process.memoryUsage().rss }
    process.send?.(message.kind === 'usage' ? usage : ((await handle(message)) ?? {}))
  })
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.send?.({ url })
}

/** What the parent hands over first. */
export async function settings<Settings>(): Promise<Settings> {
  const [message] = (await once(process, 'message')) as [Settings]
  return message
}
