/* opmodel/flow/kernel.py in C, the second half: what happens to requests; stands below kernel_lines.c. */

/* -- visits */

VERB void open_visit(const Args *a, int64_t r, int64_t kind, int64_t need, int64_t from_team, int64_t team,
                     double now) {
    int64_t row = a->clock->visits;
    a->clock->visits = row + 1;
    a->request[r].visit = row;
    a->visit[row] = (Visit){.kind = (int8_t)kind, .request = (int32_t)r, .step = (int8_t)a->request[r].step,
                            .passes = (int8_t)a->request[r].passes, .need = (int16_t)need, .team = (int16_t)team,
                            .from_team = (int16_t)from_team, .person = -1, .ready = now, .queued = NAN,
                            .started = NAN, .finished = NAN, .effort = NAN};
}

VERB int64_t present_need(const Args *a, int64_t r) { return AT(need, a->ask[r].type, a->request[r].step); }

VERB void end_stretch(const Args *a, int64_t p, double now) {
    int64_t r = a->person[p].request;
    double spent = now - a->person[p].since;
    a->visit[a->request[r].visit].worked += spent;
    a->request[r].touch += spent;
    spent = now - a->person[p].counted;
    AT(practice, p, present_need(a, r)) += spent;
    AT(served, p, a->ask[r].directorate) += spent;
    a->person[p].counted = now;
}

/* -- starting work */

VERB void schedule(const Args *a, int64_t p, double now, int on_top) {
    double time = a->person[p].finish;
    if (a->rules->slice < INFINITY && a->ask[a->person[p].request].service > 0 && now + a->rules->slice < time)
        time = now + a->rules->slice;
    a->person[p].event = time;
    if (on_top) sift_down(a->work, a->clock->work_size, time, p);
    else push(a->work, a->clock->work_size++, time, p);
}

VERB double task_effort(const Args *a, int64_t r, int64_t p) {
    const Request *q = &a->request[r];
    double amount = a->effort[a->ask[r].effort + q->step], extra = q->extra;
    if (q->passes > 0) amount = amount * a->rules->rework_effort;
    amount = amount * q->scale * a->gain[q->team];
    if (q->holder >= 0 && q->holder != p && a->person[q->holder].team == a->person[p].team)
        extra += a->person[q->holder].group == a->person[p].group ? a->rules->peer_effort : a->rules->group_effort;
    return amount * (1.0 + extra);
}

VERB void start_task(const Args *a, int64_t p, int64_t r, double now, int on_top) {
    Request *q = &a->request[r];
    Person *who = &a->person[p];
    if (q->work < 0.0) q->work = task_effort(a, r, p);
    q->place = IN_HAND;
    q->timer = NAN;
    q->holder = (int32_t)p;
    if (isnan(q->first_start)) q->first_start = now;
    Visit *v = &a->visit[q->visit];
    v->started = now;
    v->person = (int32_t)p;
    v->effort = q->work;
    double rate = AT(speed, p, present_need(a, r)) * AT(fit, p, a->ask[r].directorate) * who->pace;
    who->request = (int32_t)r;
    who->rate = rate;
    who->finish = now + q->work / rate;
    who->since = now;
    who->counted = now;
    schedule(a, p, now, on_top);
}

VERB int must_clarify(const Args *a, int64_t r, int64_t p) {
    double chance = a->kind[a->ask[r].type].clarify;
    if (a->request[r].clarified == 1 || chance <= 0.0) return 0;
    a->request[r].clarified = 1;
    if (a->request[r].step > 0) return 0;
    return a->ask[r].clarify < chance * (1.0 - AT(familiarity, p, a->ask[r].directorate));
}

VERB void join_queue(const Args *a, int64_t r, double now) {
    Request *q = &a->request[r];
    int64_t team = q->team, n = present_need(a, r), needs = a->speed_columns;
    a->visit[q->visit].team = (int16_t)team;
    a->visit[q->visit].queued = now;
    if (isnan(q->first_queued)) q->first_queued = now;
    int64_t p = pick_person(a, team * needs + n);
    if (p >= 0) {
        if (must_clarify(a, r, p)) MISSING; /* the requester is asked */
        stop_idling(a, p);
        start_task(a, p, r, now, 0);
        return;
    }
    int fresh = q->work < 0.0;
    if (a->rule[team] != FIRST_COME) MISSING; /* other keys */
    q->key = fresh ? q->first_queued : -INFINITY;
    q->place = QUEUED;
    int64_t service = a->ask[r].service;
    stand_in(a, (team * needs + n) * CLASS_COUNT + service, r);
    AT(waiting, team, service) |= 1LL << n;
    q->timer = NAN;
    if (fresh && a->rules->escalate_after < INFINITY && q->route + 1 < ROUTE_LENGTH) MISSING; /* a timer */
}

VERB int64_t best_waiting(const Args *a, int64_t p, int64_t team) {
    int64_t needs = a->speed_columns;
    for (int64_t service = 0; service < CLASS_COUNT; service++) {
        int64_t mask = AT(waiting, team, service) & a->person[p].can, best = -1;
        if (mask == 0) continue;
        if (a->rules->speciality_first == 1 && (mask & a->person[p].speciality) != 0) mask &= a->person[p].speciality;
        for (; mask != 0; mask &= mask - 1) {
            int64_t r = first_in(a, (team * needs + __builtin_ctzll((uint64_t)mask)) * CLASS_COUNT + service);
            if (best < 0 || precedes(a, r, best)) best = r;
        }
        return best;
    }
    return -1;
}

VERB void take_next(const Args *a, int64_t p, double now, int on_top) {
    int64_t r = best_waiting(a, p, a->person[p].team);
    if (r < 0 && a->person[p].lent >= 0) r = best_waiting(a, p, a->person[p].lent);
    if (r >= 0) {
        leave_queue(a, r);
        if (must_clarify(a, r, p)) MISSING; /* the requester is asked */
        if (a->person[p].idle == 1) stop_idling(a, p);
        start_task(a, p, r, now, on_top);
        return;
    }
    if (on_top) a->clock->work_size = pop(a->work, a->clock->work_size);
    if (a->person[p].idle == 0) become_idle(a, p, now);
}

/* -- moving on */

VERB int64_t route_of(const Args *a, int64_t r) {
    const Ask *k = &a->ask[r];
    int64_t step = a->request[r].step;
    if (k->second >= 0 && (step == 1 || (step == 0 && AT(need, k->type, 1) < 0))) return k->second;
    return k->directorate;
}

VERB int64_t next_team(const Args *a, int64_t d, int64_t n, int64_t position) {
    for (; position < ROUTE_LENGTH; position++) {
        int64_t team = a->route[(d * a->route_columns + n) * ROUTE_LENGTH + position];
        if (team >= 0 && AT(employs, team, n) > 0) break;
    }
    return position;
}

VERB int send(const Args *a, int64_t r, int64_t position, double now) {
    Request *q = &a->request[r];
    int64_t n = present_need(a, r), d = route_of(a, r), here = q->team, before = q->holder;
    position = next_team(a, d, n, position);
    if (position == ROUTE_LENGTH) { MISSING; return 0; } /* blocked */
    int64_t team = a->route[(d * a->route_columns + n) * ROUTE_LENGTH + position];
    q->route = (int8_t)position;
    double delay = AT(latency, here, team);
    if (here != team) {
        q->hand_offs++;
        q->extra += AT(extra, here, team);
    } else if (before >= 0 && a->person[before].team == team &&
               ((AT(groups, team, a->person[before].group) >> n) & 1) == 0) {
        q->hand_offs++;
        delay = a->rules->group_latency;
    }
    open_visit(a, r, TASK, n, q->visit < 0 && here == team ? -1 : here, team, now);
    q->team = (int32_t)team;
    if (delay > 0.0) {
        q->place = TRAVELLING;
        q->timer = now + delay;
        set_timer(a, q->timer, JOURNEY, r);
        return 0;
    }
    return 1;
}

VERB int faces_gate(const Args *a, int64_t r) {
    const Ask *k = &a->ask[r];
    if (a->request[r].gated == 1 || a->request[r].step != a->kind[k->type].gate_before) return 0;
    a->request[r].gated = 1;
    double chance = a->kind[k->type].gate;
    if (k->second >= 0 && AT(other_line, a->own[k->directorate], a->own[k->second]) == 1)
        chance = chance * a->rules->cross_gate;
    return k->gate < chance && k->delegated >= a->rules->delegated;
}

VERB int fails_quality(const Args *a, int64_t r) {
    const Request *q = &a->request[r];
    int64_t k = q->passes;
    double chance = a->kind[a->ask[r].type].rework;
    if (chance <= 0.0 || k >= a->redo_columns) return 0;
    if (q->slip_work > 0.0) chance *= q->slips / q->slip_work;
    if (a->ask[r].second >= 0) MISSING; /* conformance */
    return AT(redo, r, k) < (chance < a->rules->rework_cap ? chance : a->rules->rework_cap);
}

VERB int finish_task(const Args *a, int64_t p, double now) {
    int64_t r = a->person[p].request;
    Request *q = &a->request[r];
    Visit *v = &a->visit[q->visit];
    end_stretch(a, p, now);
    v->finished = now;
    int64_t d = a->ask[r].directorate;
    double unknown = 1.0 - AT(familiarity, p, d);
    q->slips += AT(slip, p, present_need(a, r)) * (1.0 + a->rules->unfamiliar_rework * unknown) * v->effort;
    q->slip_work += v->effort;
    a->person[p].request = -1;
    a->person[p].event = NAN;
    q->work = -1.0;
    q->extra = 0.0;
    q->first_queued = NAN;
    q->step++;
    if (q->step < a->kind[a->ask[r].type].steps) return 1;
    if (fails_quality(a, r)) {
        int64_t done = q->passes;
        if (done < a->rules->rework_max) {
            q->step = AT(redo_step, r, done);
            q->passes = (int32_t)done + 1;
            q->slips = q->slip_work = 0.0;
            return 1;
        }
        q->flagged = 1;
    }
    q->fate = DELIVERED;
    q->closed = now;
    q->place = CLOSED;
    q->timer = NAN;
    if (a->ask[r].origin != UPKEEP) {
        a->account[d].open--;
        a->account[d].raised_sum -= q->raised;
        AT(delivered, d, a->ask[r].type)++;
        a->account[d].delivered++;
        a->account[d].lead_sum += now - q->raised;
    }
    return 0;
}

VERB void arrive(const Args *a, int64_t r, double now) {
    Request *q = &a->request[r];
    const Ask *k = &a->ask[r];
    int64_t d = k->directorate;
    if (k->origin == UPKEEP || !(k->accept < a->raised[d])) MISSING; /* it is not raised */
    q->raised = k->origin == SHADOW ? now : k->raised;
    q->due = k->origin == SHADOW ? k->due + now : k->due;
    q->fate = OPEN;
    q->team = a->own[d];
    if (a->rules->direct == 1) {
        int64_t n = AT(need, k->type, 0), along = route_of(a, r), position = next_team(a, along, n, 0);
        if (position < ROUTE_LENGTH) q->team = a->route[(along * a->route_columns + n) * ROUTE_LENGTH + position];
    }
    if (k->origin != UPKEEP) {
        a->account[d].open++;
        a->account[d].raised_sum += q->raised;
    }
    if (k->found < 1.0) MISSING; /* reuse */
    if (k->second >= 0) MISSING; /* conformance */
    if (k->patience < INFINITY) MISSING; /* a timer */
}

/* -- the run */

VERB int has_room(const Args *a, int64_t more) {
    return a->clock->visits + more + 4 < a->visit_rows && a->clock->timer_size + more + 4 < a->timer_rows &&
           a->clock->work_size + 4 < a->work_rows;
}

VERB int64_t next_event(const Args *a, int64_t *number, double *now) {
    for (;;) {
        int64_t kind = -1, i = a->clock->arrivals;
        double time = INFINITY;
        if (i < a->ask_rows) {
            time = a->ask[i].arrival;
            if (time < INFINITY) kind = ARRIVE;
        }
        if (a->clock->work_size > 0 && a->work[0].time <= time) {
            kind = FINISH;
            i = a->work[0].code;
            time = a->work[0].time;
            if (a->person[i].event != time) { a->clock->work_size = pop(a->work, a->clock->work_size); continue; }
        }
        if (a->clock->timer_size > 0 && a->timer[0].time <= time) {
            int64_t code = a->timer[0].code, other = code / KIND_STEP;
            if (a->timer[0].time < time || other < kind || (other == kind && code % KIND_STEP < i)) {
                kind = other;
                i = code % KIND_STEP;
                time = a->timer[0].time;
            }
        }
        *number = i;
        *now = time;
        return kind;
    }
}

int64_t advance(const Args *given, double until, int64_t inclusive) {
    const Args own = *given, *a = &own;
    for (;;) {
        int called = a->clock->answered < a->clock->called;
        double now;
        int64_t number, what = next_event(a, &number, &now);
        if (called) { what = CALL; number = a->calls[a->clock->answered]; now = a->clock->now; }
        if (what < 0 || now > until || (now == until && !inclusive)) break;
        if (!has_room(a, 0)) return NEEDS_ROOM;
        int64_t r = -1, worker = -1;
        int at_queue = 0;
        if (what == CALL) {
            a->clock->answered++;
            if (number < 0) {
                worker = -1 - number;
                if (a->person[worker].idle == 0) continue;
            } else {
                r = number / 2;
                at_queue = number % 2 == 1;
            }
        } else if (what == FINISH) {
            worker = number;
            a->work[0].code = -1;
            if (now < a->person[worker].finish) MISSING; /* the end of a slice */
            r = a->person[worker].request;
            if (!finish_task(a, worker, now)) r = -1;
        } else if (what == ARRIVE) {
            r = number;
            if (r == a->clock->arrivals && a->ask[r].origin != SHADOW) a->clock->arrivals++;
            else a->clock->timer_size = pop(a->timer, a->clock->timer_size);
            arrive(a, r, now);
        } else if (what == JOURNEY) {
            a->clock->timer_size = pop(a->timer, a->clock->timer_size);
            r = number;
            if (a->request[r].timer != now) continue;
            if (a->request[r].place == WITH_REQUESTER) MISSING; /* a new visit */
            at_queue = 1;
        } else {
            return LEFT_OUT;
        }
        if (what != CALL) a->clock->events++;
        if (r >= 0) {
            if (at_queue && AT(employs, a->request[r].team, present_need(a, r)) == 0) {
                MISSING; /* the team lost the skill */
            } else if (!at_queue && faces_gate(a, r)) {
                MISSING; /* the board */
            }
            if (at_queue || send(a, r, 0, now)) join_queue(a, r, now);
        }
        if (worker >= 0) take_next(a, worker, now, what == FINISH);
    }
    for (int64_t p = 0; p < a->person_rows; p++) {
        Person *who = &a->person[p];
        if (who->on_duty != 1) continue;
        who->duty_days += until - who->on_since;
        who->on_since = until;
        if (who->request < 0) continue;
        double spent = until - who->counted;
        AT(practice, p, present_need(a, who->request)) += spent;
        AT(served, p, a->ask[who->request].directorate) += spent;
        who->counted = until;
    }
    return missing > 0 ? LEFT_OUT : DONE;
}
