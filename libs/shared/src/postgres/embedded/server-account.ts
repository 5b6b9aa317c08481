import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { OpsError } from '../../errors/index.ts'

const run = promisify(execFile)

/** The user that the server runs as: as root the `postgres` user, since Postgres refuses to be root; else ourselves. */
export interface ServerAccount {
  readonly uid?: number
  readonly gid?: number
}

/** @throws OpsError failed_precondition when we are root and there is no `postgres` user, nor can one be made. */
export async function serverAccount(): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return {}
  try {
    return await lookUp().catch(async () => {
      await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
      return lookUp()
    })
  } catch (cause) {
    const detail = 'Postgres cannot run as root, and no user named postgres could be made; run as another user'
    throw new OpsError('failed_precondition', detail, { cause })
  }
}

async function lookUp(): Promise<ServerAccount> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/** True when `account` can pass through all of the path to `dir`. Asked of the kernel, which knows of ACLs and mounts. */
export async function canEnter(account: ServerAccount, dir: string): Promise<boolean> {
  if (account.uid === undefined) return true
  return run('/bin/sh', ['-c', 'cd "$0"', dir], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  )
}
