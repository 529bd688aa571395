/* opmodel/flow/kernel.py verb by verb in C: the lower bound for what a compiled kernel may cost.
 *
 * benchmarks/peer_c.py writes the records, the struct of arguments and the constants above this file. Arguments
 * are copied into a local struct that every verb gets: once inlined, the compiler knows that no store changes it.
 * `AT(x, i, j)` is x[i, j] of a two-dimensional array. A lowest set bit is found by one instruction.
 *
 * MISSING stands where the kernel does what the workload never asks for: the test is made, the work left out.
 */
#define VERB static inline __attribute__((always_inline))
#define AT(x, i, j) a->x[(i) * a->x##_columns + (j)]
#define MISSING (missing++)
enum { LEFT_OUT = 2 };
static int64_t missing;

/* -- calendars */

VERB void sift_down(Event *heap, int64_t size, double time, int64_t code) {
    int64_t k = 0;
    for (;;) {
        int64_t child = 2 * k + 1;
        if (child >= size) break;
        double t = heap[child].time;
        if (child + 1 < size) {
            double t2 = heap[child + 1].time;
            if (t2 < t || (t2 == t && heap[child + 1].code < heap[child].code)) { child++; t = t2; }
        }
        if (time < t || (time == t && code < heap[child].code)) break;
        heap[k].time = t;
        heap[k].code = heap[child].code;
        k = child;
    }
    heap[k].time = time;
    heap[k].code = code;
}

VERB void push(Event *heap, int64_t size, double time, int64_t code) {
    int64_t k = size;
    while (k > 0) {
        int64_t parent = (k - 1) >> 1;
        double t = heap[parent].time;
        if (t < time || (t == time && heap[parent].code < code)) break;
        heap[k].time = t;
        heap[k].code = heap[parent].code;
        k = parent;
    }
    heap[k].time = time;
    heap[k].code = code;
}

VERB int64_t pop(Event *heap, int64_t size) {
    size--;
    if (size > 0) sift_down(heap, size, heap[size].time, heap[size].code);
    return size;
}

VERB void set_timer(const Args *a, double time, int64_t kind, int64_t number) {
    push(a->timer, a->clock->timer_size, time, kind * KIND_STEP + number);
    a->clock->timer_size++;
}

/* -- lines of waiting requests */

VERB int precedes(const Args *a, int64_t i, int64_t j) {
    const Request *q = a->request;
    if (q[i].key != q[j].key) return q[i].key < q[j].key;
    if (q[i].first_queued != q[j].first_queued) return q[i].first_queued < q[j].first_queued;
    return i < j;
}

VERB int64_t meld(const Args *a, int64_t i, int64_t j) {
    Request *q = a->request;
    if (i < 0) return j;
    if (j < 0) return i;
    if (precedes(a, j, i)) { int64_t k = i; i = j; j = k; }
    int64_t first = q[i].child;
    q[j].next = (int32_t)first;
    if (first >= 0) q[first].prev = (int32_t)j;
    q[j].prev = (int32_t)i;
    q[i].child = (int32_t)j;
    return i;
}

VERB int64_t meld_children(const Args *a, int64_t r) {
    Request *q = a->request;
    int64_t pairs = -1, root = -1, c = q[r].child;
    while (c >= 0) {
        int64_t d = q[c].next, rest = -1;
        if (d >= 0) { rest = q[d].next; q[d].next = q[d].prev = -1; }
        q[c].next = q[c].prev = -1;
        int64_t m = meld(a, c, d);
        q[m].prev = (int32_t)pairs;
        pairs = m;
        c = rest;
    }
    while (pairs >= 0) {
        int64_t before = q[pairs].prev;
        q[pairs].prev = -1;
        root = meld(a, root, pairs);
        pairs = before;
    }
    q[r].child = -1;
    return root;
}

VERB void stand_in(const Args *a, int64_t line, int64_t r) {
    Request *q = a->request;
    Queue *w = &a->queue[line];
    int64_t tail = w->tail;
    q[r].queue = (int32_t)line;
    q[r].next = q[r].prev = q[r].child = -1;
    if (tail < 0 || precedes(a, tail, r)) {
        q[r].in_heap = 0;
        q[r].prev = (int32_t)tail;
        if (tail >= 0) q[tail].next = (int32_t)r; else w->head = (int32_t)r;
        w->tail = (int32_t)r;
    } else {
        q[r].in_heap = 1;
        w->root = (int32_t)meld(a, w->root, r);
    }
    w->length++;
}

VERB int64_t first_in(const Args *a, int64_t line) {
    int64_t head = a->queue[line].head, root = a->queue[line].root;
    if (root < 0) return head;
    return head < 0 || precedes(a, root, head) ? root : head;
}

VERB void step_out(const Args *a, int64_t r) {
    Request *q = a->request;
    Queue *w = &a->queue[q[r].queue];
    int64_t before = q[r].prev, after = q[r].next;
    if (q[r].in_heap == 0) {
        if (before >= 0) q[before].next = (int32_t)after; else w->head = (int32_t)after;
        if (after >= 0) q[after].prev = (int32_t)before; else w->tail = (int32_t)before;
    } else if (w->root == r) {
        w->root = (int32_t)meld_children(a, r);
    } else {
        if (q[before].child == r) q[before].child = (int32_t)after; else q[before].next = (int32_t)after;
        if (after >= 0) q[after].prev = (int32_t)before;
        w->root = (int32_t)meld(a, w->root, meld_children(a, r));
    }
    w->length--;
    q[r].queue = -1;
}

VERB void leave_queue(const Args *a, int64_t r) {
    int64_t line = a->request[r].queue, needs = a->speed_columns;
    step_out(a, r);
    if (a->queue[line].length == 0) {
        int64_t at = line / CLASS_COUNT;
        AT(waiting, at / needs, line % CLASS_COUNT) &= ~(1LL << (at % needs));
    }
}

/* -- idle people */

VERB void become_idle(const Args *a, int64_t p, double now) {
    a->person[p].idle = 1;
    a->person[p].idle_since = now;
    for (int64_t e = a->person[p].entry_from; e < a->person[p].entry_to; e++) {
        int64_t x = a->entry[e];
        Pool *o = &a->pool[a->node[x].pool];
        o->idle++;
        if (a->rules->dispatch == LONGEST_IDLE) {
            int64_t tail = o->tail;
            a->node[x].prev = (int32_t)tail;
            a->node[x].next = -1;
            if (tail >= 0) a->node[tail].next = (int32_t)x; else o->head = (int32_t)x;
            o->tail = (int32_t)x;
        } else {
            int64_t k = x - o->first;
            a->words[o->word + k / WORD_BITS] |= 1LL << (k % WORD_BITS);
        }
    }
}

VERB void stop_idling(const Args *a, int64_t p) {
    a->person[p].idle = 0;
    for (int64_t e = a->person[p].entry_from; e < a->person[p].entry_to; e++) {
        int64_t x = a->entry[e];
        Pool *o = &a->pool[a->node[x].pool];
        o->idle--;
        if (a->rules->dispatch == LONGEST_IDLE) {
            int64_t before = a->node[x].prev, after = a->node[x].next;
            if (before >= 0) a->node[before].next = (int32_t)after; else o->head = (int32_t)after;
            if (after >= 0) a->node[after].prev = (int32_t)before; else o->tail = (int32_t)before;
        } else {
            int64_t k = x - o->first;
            a->words[o->word + k / WORD_BITS] &= ~(1LL << (k % WORD_BITS));
        }
    }
}

VERB int64_t pick_person(const Args *a, int64_t pool) {
    const Pool *o = &a->pool[pool];
    if (o->idle == 0) return -1;
    if (a->rules->dispatch == LONGEST_IDLE) return a->node[o->head].person;
    int64_t k = 0;
    while (a->words[o->word + k] == 0) k++;
    return a->node[o->first + k * WORD_BITS + __builtin_ctzll((uint64_t)a->words[o->word + k])].person;
}
