import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { keepKey } from '../graph/credential.js'
import { WhoAmI } from '../graph/documents.js'
import { type Failure, failureOf } from '../graph/failure.js'
import { Beam } from './beam.js'
import { useConsole } from './console-context.js'
import { CopyCommand } from './copy-command.js'

/** Shown when the gateway refused the credential: how to get one, and a field for a key. */
export function SignIn() {
  const { graph, live } = useConsole()
  const [key, setKey] = useState('')
  const [refused, setRefused] = useState<Failure>()
  const [asking, setAsking] = useState(false)

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setAsking(true)
    setRefused(undefined)
    keepKey(key.trim())
    const { error } = await graph.client.query(WhoAmI, {}).toPromise()
    setAsking(false)
    if (error !== undefined) {
      keepKey(undefined)
      setRefused(failureOf(error))
      return
    }
    graph.reconnect()
    live.retry()
  }

  return (
    <main className="flex h-full items-center justify-center p-6">
      <section className="w-[min(460px,100%)]" aria-labelledby="sign-in">
        <Beam size={36} />
        <h1 id="sign-in" className="mt-5 text-title">
          Sign in to the console
        </h1>
        <p className="mt-2 mb-4 text-soft">
          This gateway does not know you yet. On the machine where it runs, this command prints a link that
          signs this browser in:
        </p>
        <CopyCommand command="npx lighthouse console" />
        <form className="mt-8 border-t pt-6" onSubmit={(event) => void submit(event)}>
          <label className="flex flex-col gap-1.5">
            <span className="font-medium">Or paste an API key</span>
            <span className="text-soft">It stays in this tab and is forgotten when the tab closes.</span>
            <input
              type="password"
              autoComplete="off"
              required
              aria-invalid={refused !== undefined}
              className="h-9 rounded-md border border-line-strong bg-panel px-3 font-mono"
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          </label>
          {refused !== undefined && (
            <p role="alert" className="mt-2 text-table text-bad">
              {refused.denied ? 'The gateway does not know this key.' : refused.message}
              {refused.requestId !== undefined && (
                <span className="text-soft">
                  {' '}
                  Request <code className="font-mono select-all">{refused.requestId}</code>
                </span>
              )}
            </p>
          )}
          <button type="submit" disabled={asking} className="framed-button mt-3 h-9! px-4!">
            <KeyRound size={14} aria-hidden />
            {asking ? 'Asking' : 'Use this key'}
          </button>
        </form>
      </section>
    </main>
  )
}
