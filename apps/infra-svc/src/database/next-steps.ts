import type { Unreachable } from './reachability.ts'

/** What to do about a database that cannot be used, whatever its kind. */
export const commonSteps = {
  name_not_found: 'Correct the host in its address, or mend the name service',
  refused: 'Start the server, or correct the port',
  no_route: 'Look at firewalls and network policies between, and at whether the machine runs',
  no_answer: 'Look at firewalls and network policies between, and at whether the machine runs',
  hangs: 'Look at the load and the disks of the server, and at whether it is what its address says',
  loading: 'Wait until it has loaded its data; its log tells how far it is',
  in_recovery: 'Wait until it has recovered; its log tells how far it is',
  busy: 'Find the script that runs, and make it shorter',
  shutting_down: 'Look at the log of the server',
  broken_off: 'Look at the log of the server',
  failed: 'Look at the log of the server',
} as const satisfies Partial<Record<Unreachable['state'], string>>
