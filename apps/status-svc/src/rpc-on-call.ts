import type {
  AddOverrideRequest,
  AnswerPageByLinkRequest,
  AnswerPageRequest,
  CancelOverrideRequest,
  GetOnCallRequest,
  ListOverridesRequest,
  ListPagesRequest,
  ListShiftsRequest,
  OnCallService,
  ReadPageByLinkRequest,
} from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { UnaryHandler } from '@akashic/shared/rpc'
import { actorOf, forRole, type Started } from '@akashic/shared/access'
import {
  encodeLinked,
  encodeOverride,
  encodePage,
  encodePolicy,
  encodeSchedule,
  encodeShift,
} from './encode-on-call.ts'
import { refuse } from './incident/text.ts'
import { answerByLink, readByLink, type LinkDeps } from './oncall/answer-by-link.ts'
import { answerPage, type PageAnswer } from './oncall/answer-page.ts'
import { listPages, withEntries } from './oncall/list-pages.ts'
import { listShifts, onCallNow } from './oncall/on-call-now.ts'
import { addOverride, cancelOverride, listOverrides } from './oncall/override.ts'

const longestShiftsMs = 366 * 86_400_000

/** The methods of akashic.status.v1.OnCallService. */
export function onCallHandlers(deps: LinkDeps & Started): Record<keyof OnCallService, UnaryHandler> {
  const nameOf = (id: string) => deps.onCall().people.find((person) => person.id === id)?.name ?? id
  return {
    getOnCall: forRole(deps, 'viewer', async ({ atMs }: GetOnCallRequest) => {
      const schedules = await onCallNow(deps, atMs ?? deps.clock.now())
      return {
        schedules: schedules.map(({ shift, next, ...rest }) => ({
          ...rest,
          shift: encodeShift(shift, nameOf),
          next: next === null ? undefined : encodeShift(next, nameOf),
        })),
      }
    }),
    listShifts: forRole(deps, 'viewer', async ({ schedule: name, fromMs, toMs }: ListShiftsRequest) => {
      const schedule = deps.onCall().schedules.find((one) => one.name === name)
      if (!schedule) throw new OpsError('not_found', `There is no schedule ${name}.`)
      if (toMs <= fromMs || toMs - fromMs > longestShiftsMs) refuse('to', 'must be within a year after from')
      const shifts = await listShifts(deps.db, schedule, fromMs, toMs)
      return { shifts: shifts.map((shift) => encodeShift(shift, nameOf)) }
    }),
    listSchedules: forRole(deps, 'viewer', async () => ({
      schedules: deps.onCall().schedules.map(encodeSchedule),
      policies: deps.onCall().policies.map(encodePolicy),
    })),
    addOverride: forRole(deps, 'operator', async (request: AddOverrideRequest, call) => ({
      override: encodeOverride(await addOverride(deps, actorOf(call), request), nameOf),
    })),
    cancelOverride: forRole(deps, 'operator', async ({ id }: CancelOverrideRequest, call) => {
      await cancelOverride(deps, actorOf(call), id)
      return {}
    }),
    listOverrides: forRole(deps, 'viewer', async ({ fromMs, toMs }: ListOverridesRequest) => ({
      overrides: (await listOverrides(deps.db, fromMs, toMs)).map((override) => encodeOverride(override, nameOf)),
    })),
    listPages: forRole(deps, 'viewer', async ({ onlyOpen, ...query }: ListPagesRequest, { principal }) => {
      const { pages, nextCursor } = await listPages(deps, principal, { ...query, isOpen: onlyOpen })
      return { pages: pages.map(encodePage), nextCursor }
    }),
    answerPage: forRole(deps, 'operator', async (request: AnswerPageRequest, call) => {
      const page = await answerPage(deps, actorOf(call), request.id, answerOf(request))
      return { page: encodePage(await withEntries(deps.db, page)) }
    }),
    readPageByLink: forRole(deps, 'viewer', async ({ token }: ReadPageByLinkRequest) => ({
      linked: encodeLinked(await readByLink(deps, token)),
    })),
    answerPageByLink: forRole(deps, 'viewer', async (request: AnswerPageByLinkRequest) => ({
      linked: encodeLinked(await answerByLink(deps, request.token, answerOf(request))),
    })),
  }
}

function answerOf({ answer, forMs }: Pick<AnswerPageRequest, 'answer' | 'forMs'>): PageAnswer {
  switch (answer) {
    case 'acknowledge':
    case 'escalate':
      return { kind: answer }
    case 'snooze':
      return { kind: answer, forMs }
    default:
      return refuse('answer', 'must be acknowledge, snooze or escalate')
  }
}
