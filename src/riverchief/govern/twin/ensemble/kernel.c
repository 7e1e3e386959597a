/* Eight members of an ensemble side by side: the same scheme as the Numba kernels of hydraulics, forcing, transport and
 * march, which are the reference and are explained there. Arrays are [cell][lane]; a lane is a member. The step is shared
 * by the lanes, the number of iterations is each lane's own. C11 with the vector types of GCC and Clang. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 8
#define LEVELS 64
#define G 9.81
#define MOST_ITERATIONS 6
#define MOST_HALVINGS 12
#define FEW_HALVINGS 4
#define LINEAR 0.15
#define LINEAR_FAST 1e-3
#define FAST_CROSSINGS 4.0
#define LAST_BITS 1e-15
#define COARSE_MISS 8.0
#define REFERENCE_M 0.05
#define MOST_SUBSTEPS 12
#define MOST_PLAIN 60
#define SAFE 1.05
#define TINY_M3 1e-12
#define SOFT_M 1e-3
#define FILM_M 0.01
#define LAWS 8
#define BLOCK 8
enum { CLOSED, CHANNEL, WEIR, GATE, ORIFICE, PUMP, RATING, NORMAL, CRITICAL };
enum { STANDS, FAILED, COARSE };
enum { IN, OUT, SHORT, STEPS, REJECTED, ITERATIONS, LIMITED, SUBSTEPS, N_BALANCE };

typedef double v __attribute__((vector_size(8 * LANES)));
#define LOOP for (int l = 0; l < LANES; l++)

/* ---- lanes: what a processor does at once, and the same in plain C ---- */
#if defined(__AVX512F__) && defined(__AVX512VL__) && !defined(PLAIN)
#include <immintrin.h>
typedef __mmask8 mask;
static inline v vmax(v a, v b) { return (v)_mm512_max_pd((__m512d)a, (__m512d)b); }
static inline v vmin(v a, v b) { return (v)_mm512_min_pd((__m512d)a, (__m512d)b); }
static inline v vabs(v a) { return (v)_mm512_abs_pd((__m512d)a); }
static inline v vsqrt(v a) { return (v)_mm512_sqrt_pd((__m512d)a); }
static inline mask gt(v a, v b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_GT_OQ); }
static inline v pick(mask m, v a, v b) { return (v)_mm512_mask_blend_pd(m, (__m512d)b, (__m512d)a); }
static inline int any(mask m) { return m != 0; }
static inline mask both(mask a, mask b) { return a & b; }
static inline mask not(mask a) { return (mask)~a; }
/* 1/a and the root of a > 0 to the last bit or two: a guess of 14 bits, then a short series in what it misses */
static inline v inverse(v a)
{
    v guess = (v)_mm512_rcp14_pd((__m512d)a), miss = 1.0 - a * guess, better = guess + guess * miss;
    return better + better * (miss * miss);
}
static inline v root(v a)
{
    v guess = (v)_mm512_rsqrt14_pd((__m512d)a), half = 0.5 * guess, r = a * guess, miss = 0.5 - half * r;
    r += r * miss, half += half * miss; /* 28 bits, then one step for the root alone */
    return r + (a - r * r) * half;
}
/* row k of a table that holds a height, k = floor(sqrt(a)): where a float rounds to the next, that one's polynomial serves as well */
static inline v floor_root(v a)
{
    __m256 r = _mm256_sqrt_ps(_mm512_cvtpd_ps((__m512d)a));
    return (v)_mm512_cvtepi32_pd(_mm256_cvttps_epi32(_mm256_min_ps(r, _mm256_set1_ps(LEVELS))));
}
/* Rows of tables, one for each lane, turned into columns. Lanes are in other rows than their neighbours, and a branch for
 * each row that differs would be guessed wrong; so each is read by itself. */
#define LOW(a, b) _mm512_unpacklo_pd(a, b)
#define HIGH(a, b) _mm512_unpackhi_pd(a, b)
#define EVEN(a, b) _mm512_shuffle_f64x2(a, b, 0x88)
#define ODD(a, b) _mm512_shuffle_f64x2(a, b, 0xdd)
static inline void face_at(const double *table, v k, v *out)
{
    int32_t at[LANES];
    _mm256_storeu_si256((__m256i *)at, _mm512_cvttpd_epi32((__m512d)k));
    __m512d r[LANES], low[4], high[4];
    LOOP r[l] = _mm512_loadu_pd(table + (size_t)at[l] * 8);
    for (int i = 0; i < 4; i++) low[i] = LOW(r[2 * i], r[2 * i + 1]), high[i] = HIGH(r[2 * i], r[2 * i + 1]);
    for (int odd = 0; odd < 2; odd++) {
        __m512d *t = odd ? high : low; /* columns 0 2 4 6 lie in `low`, 1 3 5 in `high`, two lanes by two */
        __m512d a = EVEN(t[0], t[1]), b = EVEN(t[2], t[3]), c = ODD(t[0], t[1]), d = ODD(t[2], t[3]);
        out[odd] = (v)EVEN(a, b), out[2 + odd] = (v)EVEN(c, d), out[4 + odd] = (v)ODD(a, b);
        if (!odd) out[6] = (v)ODD(c, d);
    }
}
static inline void cell_at(const double *table, v k, v *out)
{
    int32_t at[LANES];
    _mm256_storeu_si256((__m256i *)at, _mm512_cvttpd_epi32((__m512d)k));
    __m512d r[4];
    for (int i = 0; i < 4; i++)
        r[i] = _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(table + (size_t)at[i] * 4)),
                                  _mm256_loadu_pd(table + (size_t)at[i + 4] * 4), 1);
    __m512d low = LOW(r[0], r[1]), high = HIGH(r[0], r[1]), low_2 = LOW(r[2], r[3]), high_2 = HIGH(r[2], r[3]);
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), third = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    out[0] = (v)_mm512_permutex2var_pd(low, first, low_2);
    out[1] = (v)_mm512_permutex2var_pd(high, first, high_2);
    out[2] = (v)_mm512_permutex2var_pd(low, third, low_2);
}
#else
typedef int64_t mask __attribute__((vector_size(8 * LANES)));
static inline mask gt(v a, v b) { return a > b; }
static inline v pick(mask m, v a, v b) { return (v)((m & (mask)a) | (~m & (mask)b)); }
static inline v vmax(v a, v b) { return pick(a > b, a, b); }
static inline v vmin(v a, v b) { return pick(a < b, a, b); }
static inline v vabs(v a) { return vmax(a, -a); }
static inline v vsqrt(v a) { v r; LOOP r[l] = sqrt(a[l]); return r; }
static inline v inverse(v a) { return 1.0 / a; }
static inline v root(v a) { return vsqrt(a); }
static inline v floor_root(v a) { v r; LOOP r[l] = (double)(int64_t)fmin(sqrt(a[l]), LEVELS); return r; }
static inline int any(mask m) { int64_t r = 0; LOOP r |= m[l]; return r != 0; }
static inline mask both(mask a, mask b) { return a & b; }
static inline mask not(mask a) { return ~a; }
static inline void face_at(const double *table, v k, v *out)
{
    LOOP for (int c = 0; c < 7; c++) out[c][l] = table[(size_t)k[l] * 8 + c];
}
static inline void cell_at(const double *table, v k, v *out)
{
    LOOP for (int c = 0; c < 3; c++) out[c][l] = table[(size_t)k[l] * 4 + c];
}
#endif
static inline v of(double x) { return (v){x, x, x, x, x, x, x, x}; }
static inline double most(v a) { double r = a[0]; LOOP r = a[l] > r ? a[l] : r; return r; }
static const v ZERO = {0};

/* ---- what comes in; the order and the types are those of `compiled.JOB` ---- */
typedef struct {
    int64_t n_cell, n_face, n_kind, n_inflow, n_level, n_set, n_rule, n_structure, n_time, n_cells, n_faces, members, first_time, end_time;
    double least_s, most_s, tolerance;
    const int32_t *dn, *main, *kind, *structures;
    const double *inv_length, *zu, *zd, *rows, *depth, *scale, *loss, *bed, *cell_rows, *cell_depth, *cell_scale;
    const uint8_t *fixed, *still;
    const double *law;
    const double *time, *value, *total;
    const int32_t *start;
    const uint8_t *steps;
    const int32_t *inflow_cell, *inflow_series, *conc_series, *level_cell, *level_series, *set_face, *set_series;
    const int32_t *rule_face, *rule_cell;
    const double *rule;
    double *level, *volume, *lateral, *flow, *flux, *level_1, *volume_1, *flow_1, *conc, *setting, *memory, *clock;
    const double *rough2, *spread, *factor, *load_factor, *decay, *times;
    const int64_t *cells, *faces;
    double *kept_level, *kept_flow, *kept_conc, *balance, *book, *reacted;
} job;

typedef struct { int32_t first, end, rank; } run; /* rank: how many cells fewer than the longest way has lie below */

typedef struct {
    v *level, *volume, *lateral, *flow, *flux, *level_1, *volume_1, *flow_1, *conc, *setting, *integral, *pump; /* state */
    v *rough2, *spread, *factor, *load_factor, *decay;
    v *n_level, *n_volume, *n_flow, *n_flux, *n_lateral, *taken; /* the step being tried */
    v *alpha, *beta, *right, *inv_d, *back, *d_level, *settled; /* `settled`: levels of the new volumes */
    v *sums;   /* [cell][6] what comes down from branches */
    v *load, *gain, *before, *went, *follow, *leaving, *begun, *grows, *inv_held, *inv_area, *change, *fast;
    v *balance, *book, *piece, *reacted; /* `piece` is the book of one interval: small terms on a large sum lose their ends */
    double clock[4];
    v *came, *left;          /* of every constituent in one step */
    uint8_t *joins, *enters, *plain; /* cells into which a branch runs; with an inflow; with nothing but a neighbour on either side */
    run *runs;               /* stretches of cells that follow each other */
    int n_run, ranks;
    int32_t *order, *waiting, *first_in, *next_in; /* of one lane whose water runs backwards; faces that end at cells */
    int flow_back, flux_back, n_flow_back; /* whether any lane runs backwards somewhere */
    int spreads;
} tile;

/* ---- series (forcing) ---- */
static int interval(const job *j, int s, double t)
{
    int low = j->start[s], high = j->start[s + 1] - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (j->time[middle] <= t) low = middle; else high = middle - 1;
    }
    return low;
}

static double value_at(const job *j, int s, double t)
{
    int k = interval(j, s, t), last = j->start[s + 1] - 1;
    if (j->steps[s] || k >= last || t <= j->time[k]) return j->value[k];
    double part = (t - j->time[k]) / (j->time[k + 1] - j->time[k]);
    return j->value[k] + part * (j->value[k + 1] - j->value[k]);
}

static double integral_at(const job *j, int s, double t)
{
    int k = interval(j, s, t);
    double mean = j->value[k];
    if (t > j->time[k] && !j->steps[s]) mean = 0.5 * (mean + value_at(j, s, t));
    return j->total[k] + (t - j->time[k]) * mean;
}

static double mean_over(const job *j, int s, double t, double dt)
{
    if (j->start[s + 1] - j->start[s] == 1) return j->value[j->start[s]];
    return (integral_at(j, s, t + dt) - integral_at(j, s, t)) / dt;
}

/* cut abstractions that ask for more than there is */
static v spare(const job *j, tile *t, double dt)
{
    v *coming = t->gain, missing = ZERO;
    memset(coming, 0, sizeof(v) * j->n_cell);
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i];
        if (d < 0) continue;
        coming[d] += vmax(t->flux[i], ZERO);
        coming[i] += vmax(-t->flux[i], ZERO);
    }
    for (int i = 0; i < j->n_cell; i++) {
        if (j->fixed[i] || !t->enters[i]) continue;
        v most = of(0.9) * (t->volume[i] / of(dt) + coming[i] + vmax(t->n_lateral[i] + t->taken[i], ZERO));
        v over = vmax(t->taken[i] - most, ZERO);
        missing += of(dt) * over;
        t->n_lateral[i] += over, t->taken[i] -= over;
    }
    return missing;
}

static v apply(const job *j, tile *t, double dt)
{
    double now = t->clock[0];
    int taking = 0;
    for (int m = 0; m < j->n_inflow; m++) {
        int c = j->inflow_cell[m];
        t->n_lateral[c] = t->taken[c] = ZERO;
        for (int s = 0; s < j->n_kind; s++) t->load[s * j->n_cell + c] = ZERO;
    }
    for (int m = 0; m < j->n_inflow; m++) {
        int c = j->inflow_cell[m];
        double mean = mean_over(j, j->inflow_series[m], now, dt);
        v q = t->factor[m] * of(mean);
        t->n_lateral[c] += q;
        if (mean < 0.0) t->taken[c] -= q, taking = 1;
        if (mean > 0.0)
            for (int s = 0; s < j->n_kind; s++) {
                int series = j->conc_series[s * j->n_inflow + m];
                if (series >= 0) t->load[s * j->n_cell + c] += q * t->load_factor[m] * of(mean_over(j, series, now, dt));
            }
    }
    for (int k = 0; k < j->n_level; k++) {
        int c = j->level_cell[k];
        t->n_level[c] = of(fmax(value_at(j, j->level_series[k], now + dt), j->bed[c]));
    }
    for (int k = 0; k < j->n_set; k++) {
        int f = j->set_face[k];
        v set = of(value_at(j, j->set_series[k], now + dt));
        if (j->kind[f] == PUMP) set *= t->pump[f];
        if (j->steps[j->set_series[k]]) LOOP if (set[l] != t->setting[f][l]) t->clock[3] = 0.0;
        t->setting[f] = set;
    }
    return taking ? spare(j, t, dt) : ZERO;
}

static void rules(const job *j, tile *t, double dt)
{
    for (int r = 0; r < j->n_rule; r++) {
        int f = j->rule_face[r], c = j->rule_cell[r];
        const double *rule = j->rule + 5 * r; /* target, gain, integral time, least, most */
        LOOP {
            double error = t->level[c][l] - rule[0];
            double held = t->integral[f][l] + (rule[2] < INFINITY ? rule[1] * error * dt / rule[2] : 0.0);
            double opening = held + rule[1] * error, bounded = fmin(fmax(opening, rule[3]), rule[4]);
            if (opening == bounded || (opening - bounded) * error < 0.0) t->integral[f][l] = held;
            t->setting[f][l] = bounded;
        }
    }
    for (int k = 0; k < j->n_structure; k++) {
        int f = j->structures[k];
        if (j->kind[f] != PUMP) continue;
        LOOP {
            double level = t->level[f][l], was = t->pump[f][l];
            double on = level >= j->law[f * LAWS] ? 1.0 : level <= j->law[f * LAWS + 1] ? 0.0 : was;
            if (on != was) { t->pump[f][l] = on; t->clock[3] = 0.0; }
        }
    }
}

/* longest step in which no pump's well moves by more than a tenth of the way between its marks */
static double patience(const job *j, const tile *t)
{
    double longest = INFINITY;
    for (int k = 0; k < j->n_structure; k++) {
        int f = j->structures[k];
        double way = j->law[f * LAWS] - j->law[f * LAWS + 1];
        if (j->kind[f] != PUMP || !(way > 0.0 && way < 1e6)) continue;
        LOOP {
            double moved = fabs(t->level[f][l] - t->level_1[f][l]);
            if (moved > 0.0) longest = fmin(longest, 0.1 * way * t->clock[1] / moved);
        }
    }
    return longest;
}

/* ---- structures: one lane at a time, as they are few ---- */
static double weir(double h1, double h2, double width, double coefficient)
{
    if (h1 <= 0.0) return 0.0;
    double open = coefficient * width * h1 * sqrt(h1);
    if (h2 <= 0.0) return open;
    double fall = (h1 - h2) / h1, ratio = 1.0 - fall, soft = fmin(SOFT_M / h1, 0.5), edge = 1.0 - soft;
    if (fall < soft) return open * pow(1.0 - edge * sqrt(edge), 0.385) * fall / soft;
    return open * pow(1.0 - ratio * sqrt(ratio), 0.385);
}

static double root_head(double fall) { return fall > SOFT_M ? sqrt(fall) : fmax(fall, 0.0) / sqrt(SOFT_M); }

static double gate(double h1, double h2, double width, double opening, double contraction, double coefficient)
{
    if (h1 <= 0.0 || opening <= 0.0) return 0.0;
    double open = weir(h1, h2, width, coefficient), jet = contraction * opening;
    if (h1 <= opening) return open;  // the water does not touch the lip
    double under = jet * width * sqrt(2 * G * (h1 - jet)), froude2 = 2 * (h1 - jet) / jet;
    double conjugate = fmin(0.5 * jet * (sqrt(1 + 8 * froude2) - 1), 0.999 * h1);
    if (h2 > conjugate) under *= root_head(h1 - h2) / root_head(h1 - conjugate);
    return fmin(under, open);
}

static double orifice(double h1, double h2, double width, double height, double discharge, double coefficient)
{
    if (h1 <= 0.0 || height <= 0.0) return 0.0;
    double area = discharge * width * height * sqrt(2 * G);
    if (h1 >= height) return area * root_head(h1 - fmax(h2, 0.5 * height));
    double brim = area * sqrt(0.5 * height), part = brim * pow(h1 / height, 1.5);
    if (h2 > 0.0) part = fmin(part, weir(h1, h2, width, fmax(coefficient, brim / (width * height * sqrt(height)))));
    return part;
}

static double law_flow(const job *j, int f, double level_u, double level_d, double setting, double rough2)
{
    const double *law = j->law + f * LAWS;
    int kind = j->kind[f];
    if (kind == WEIR || kind == GATE || kind == ORIFICE) {
        double h1 = level_u - law[0], h2 = level_d - law[0], sign = 1.0;
        if (h2 > h1) { double h = h1; h1 = h2; h2 = h; sign = -1.0; }
        if (kind == WEIR) return sign * weir(h1, h2, law[1], law[3]);
        if (kind == GATE) return sign * gate(h1, h2, law[1], setting, law[4], law[3]);
        return sign * orifice(h1, h2, law[1], law[2] * setting, law[4], law[3]);
    }
    double h = fmax(level_u - j->zu[f], 0.0);
    if (kind == PUMP) return setting;
    double scale = j->scale[f];
    int k = (int)fmin(sqrt(h * scale), LEVELS);
    double x = h - k * k / scale;
    const double *r = j->rows + ((size_t)f * (LEVELS + 1) + k) * 8;
    double conv = r[3] + x * (r[4] + x * (r[5] + x * r[6])), area = r[0] + x * (r[1] + x * r[2]), width = r[1] + 2 * x * r[2];
    if (kind == RATING) return conv;
    if (kind == NORMAL) return conv * law[5] / sqrt(rough2);
    if (kind == CRITICAL) return width > 0.0 ? area * sqrt(G * area / width) : 0.0;
    return 0.0;
}

/* it vanishes as the cell that gives falls dry */
static double structure_flow(const job *j, int f, double level_u, double level_d, double setting, double rough2)
{
    double q = law_flow(j, f, level_u, level_d, setting, rough2);
    double left = q > 0.0 ? level_u - j->bed[f] : level_d - j->bed[j->dn[f]];
    return q * fmin(fmax(left / FILM_M, 0.0), 1.0);
}

/* ---- hydraulics ---- */
static inline double rise(const job *j, int i)
{
    return 1e-3 * j->cell_rows[((size_t)i * (LEVELS + 1) + LEVELS / 4) * 4 + 1] + 1e-9;
}

static inline v row_of(double depth, double scale, v h, v *x)
{
    v k = floor_root(h * of(scale));
    *x = h - k * k * of(depth / (LEVELS * LEVELS));
    return k;
}

/* What the equations of a cell and of the face below it are made of. Cells go in blocks, and each block in short loops:
 * a processor looks a few hundred instructions ahead, and in one long loop each cell would wait for the one before. */
typedef struct {
    v level, below, q, known;             /* what is tried; the discharge from which the step begins */
    v hu, hd, wu, wd, k, x, cell_k, cell_x; /* depths at the face's ends and their weights; rows of tables, heights above */
    v area, width, conv, slope, surface, lacks;
    v own, up, down, miss, gain2, carried, inv_a; /* mQ, mU, mD, R, 2u+, Q u+, 1/A */
} equation;

/* depths of a face and the rows of tables that hold them; the receiving depth counts at most twice the giving one */
static inline void look(const job *j, int i, equation *e)
{
    v half = of(0.5), hu = vmax(e->level - of(j->zu[i]), ZERO), hd = vmax(e->below - of(j->zd[i]), ZERO);
    mask lower = gt(of(j->zd[i]) + hd, of(j->zu[i]) + hu), deep_d = gt(hd, 2 * hu), deep_u = gt(hu, 2 * hd);
    mask only_u = both(not(lower), deep_d), only_d = both(lower, deep_u);
    e->wu = pick(only_u, of(1.5), pick(only_d, ZERO, half)), e->wd = pick(only_u, ZERO, pick(only_d, of(1.5), half));
    e->hu = hu, e->hd = hd;
    e->k = row_of(j->depth[i], j->scale[i], e->wu * hu + e->wd * hd, &e->x);
    e->cell_k = row_of(j->cell_depth[i], j->cell_scale[i], vmax(e->level - of(j->bed[i]), ZERO), &e->cell_x);
}

static inline void read_face(const job *j, int i, equation *e)
{
    v r[7], x = e->x;
    face_at(j->rows + (size_t)i * (LEVELS + 1) * 8, e->k, r);
    e->area = r[0] + x * (r[1] + x * r[2]), e->width = r[1] + 2 * x * r[2];
    e->conv = vmax(r[3] + x * (r[4] + x * (r[5] + x * r[6])), of(1e-6)), e->slope = r[4] + x * (2 * r[5] + 3 * x * r[6]);
}

/* surface of a cell, and what its volume lacks of that which the step begins from */
static inline void read_cell(const job *j, const tile *t, int i, v old, equation *e)
{
    v c[3], x = e->cell_x;
    cell_at(j->cell_rows + (size_t)i * (LEVELS + 1) * 4, e->cell_k, c);
    v surface = c[1] + 2 * x * c[2], held = c[0] + x * (c[1] + x * c[2]);
    v lacks = t->volume[i] + old * (t->volume[i] - t->volume_1[i]) - held;
    e->surface = vmax(surface, of(rise(j, i)));
    e->lacks = pick(gt(of(LAST_BITS) * (held + vabs(e->level) * surface), vabs(lacks)), ZERO, lacks);
}

/* Returns how often in a second a wave of supercritical water crosses the face. */
static inline v channel(const job *j, const tile *t, int f, double tau, equation *e)
{
    v area = e->area, width = e->width, conv = e->conv, floor_a = vmax(area, of(1e-6)), inv = inverse(floor_a * conv);
    v inv_a = inv * conv, inv_k = inv * floor_a, q = e->q, size = vabs(q), speed = q * inv_a;
    double inv_l = j->inv_length[f], ga = tau * G;
    v drag = t->rough2[f] * inv_k * inv_k, local = of(j->loss[f] * inv_l / (2 * G)) * inv_a * inv_a;
    v friction = q * size * (drag + local), fall = ((of(j->zd[f]) + e->hd) - (of(j->zu[f]) + e->hu)) * of(inv_l);
    v by_depth = of(ga) * (width * (fall + friction) - 2 * area * q * size * (drag * e->slope * inv_k + local * width * inv_a));
    v push = of(ga * inv_l) * area, gain = vmax(speed, ZERO), both_ways = vabs(speed);
    e->own = of(1.0) + of(2 * ga) * area * size * (drag + local) + of(2 * tau * inv_l) * both_ways;
    e->up = pick(gt(e->hu, ZERO), e->wu * by_depth - push, ZERO);
    e->down = pick(gt(e->hd, ZERO), e->wd * by_depth + push, ZERO);
    e->miss = q - e->known + of(ga) * area * (fall + friction) + of(tau * inv_l) * q * both_ways;
    e->gain2 = 2 * gain, e->carried = q * gain, e->inv_a = inv_a;
    mask over = gt(width * speed * speed, of(G) * area);
    return any(over) ? pick(over, (vabs(speed) + vsqrt(of(G) * area / width)) * of(inv_l), ZERO) : ZERO;
}

static void law_of(const job *j, const tile *t, int f, equation *e)
{
    const double step = 1e-5;
    e->own = of(1.0), e->gain2 = e->carried = e->inv_a = ZERO;
    LOOP {
        double u = e->level[l], w = e->below[l], set = t->setting[f][l], n2 = t->rough2[f][l];
        double at = structure_flow(j, f, u, w, set, n2);
        e->up[l] = -(structure_flow(j, f, u + step, w, set, n2) - at) / step;
        e->down[l] = -(structure_flow(j, f, u, w + step, set, n2) - at) / step;
        e->miss[l] = e->q[l] - at;
    }
}

/* time in which a wave crosses the shortest wet face of any lane */
static double crossing(const job *j, const v *level, const v *flow)
{
    v rate = ZERO;
    for (int f = 0; f < j->n_cell; f++) {
        if (j->kind[f] != CHANNEL) continue;
        v h = 0.5 * (vmax(level[f] - of(j->zu[f]), ZERO) + vmax(level[j->dn[f]] - of(j->zd[f]), ZERO));
        v x, r[7], k = row_of(j->depth[f], j->scale[f], h, &x);
        face_at(j->rows + (size_t)f * (LEVELS + 1) * 8, k, r);
        v area = r[0] + x * (r[1] + x * r[2]), width = r[1] + 2 * x * r[2];
        v wave = (vabs(flow[f]) / area + vsqrt(of(G) * area / width)) * of(j->inv_length[f]);
        rate = vmax(rate, pick(both(gt(h, ZERO), gt(area, ZERO)), wave, ZERO));
    }
    return 1.0 / most(rate);
}

static void backward_momentum(const job *j, tile *t)
{
    if (!t->flow_back) return;
    memset(t->back, 0, sizeof(v) * j->n_cell);
    for (int f = 0; f < j->n_cell; f++) {
        mask runs = gt(ZERO, t->flow[f]);
        if (j->kind[f] != CHANNEL || !any(runs)) continue;
        v h = 0.5 * (vmax(t->level[f] - of(j->zu[f]), ZERO) + vmax(t->level[j->dn[f]] - of(j->zd[f]), ZERO));
        v x, r[7], k = row_of(j->depth[f], j->scale[f], h, &x);
        face_at(j->rows + (size_t)f * (LEVELS + 1) * 8, k, r);
        t->back[f] += pick(runs, t->flow[f] * t->flow[f] / vmax(r[0] + x * (r[1] + x * r[2]), of(1e-6)), ZERO);
    }
}

static void weights(const tile *t, double dt, double *w, double *a, double *b)
{
    *w = t->clock[3] > 0.0 ? dt / t->clock[1] : 0.0;
    *a = *w / (1.0 + 2.0 * *w);
    *b = (1.0 + *w) / (1.0 + 2.0 * *w);
}

/* first guess of a level by straight extrapolation; depths at most halve or double */
static inline v guess_of(const job *j, const tile *t, int i, v ahead)
{
    if (j->fixed[i]) return t->n_level[i];
    v h = t->level[i] - of(j->bed[i]), change = ahead * (t->level[i] - t->level_1[i]);
    return t->level[i] + vmin(vmax(change, -0.5 * h), h);
}

/* equations of cells first <= i < end; where nothing is tried yet (`begins`), with the first guess */
static v equations(const job *j, tile *t, double dt, int first, int end, int begins, equation *e)
{
    double w, a, b;
    weights(t, dt, &w, &a, &b);
    v old = of(w * w / (1 + 2 * w)), ahead = of(w), fast = ZERO; /* differences keep what stands still to the last bit */
    for (int i = first; i < end; i++, e++) {
        int d = j->dn[i];
        if (begins) {
            t->n_level[i] = e->level = i > first && j->dn[i - 1] == i ? e[-1].below : guess_of(j, t, i, ahead);
            t->n_flow[i] = e->q = t->flow[i] + ahead * (t->flow[i] - t->flow_1[i]);
            e->below = d < 0 ? ZERO : guess_of(j, t, d, ahead);
        } else {
            e->level = t->n_level[i], e->q = t->n_flow[i], e->below = d < 0 ? ZERO : t->n_level[d];
        }
        e->known = t->flow[i] + old * (t->flow[i] - t->flow_1[i]);
        look(j, i, e);
    }
    e -= end - first;
    for (int i = first; i < end; i++) read_face(j, i, e + i - first);
    for (int i = first; i < end; i++) read_cell(j, t, i, old, e + i - first);
    for (int i = first; i < end; i++, e++) {
        if (j->dn[i] < 0) continue;
        if (j->kind[i] == CHANNEL) fast = vmax(fast, channel(j, t, i, dt * b, e));
        else law_of(j, t, i, e);
    }
    return fast;
}

enum { SUM_A, SUM_B, MOM_A, MOM_B, N_SUM };

/* from the heads down; what runs to the next cell stays in registers, what joins from a branch waits in `sums`.
 * Returns the largest discharge of each lane. */
static v eliminate(const job *j, tile *t, double dt, mask open, int begins)
{
    double w, a, b;
    weights(t, dt, &w, &a, &b);
    const double tau = dt * b;
    v in[N_SUM] = {ZERO, ZERO, ZERO, ZERO}, *sums = t->sums, largest = of(1e-3), fast = ZERO;
    equation block[BLOCK];
    for (int i = 0; i < j->n_cell; i++)
        if (t->joins[i]) memset(sums + (size_t)i * N_SUM, 0, sizeof(v) * N_SUM);
    for (int i = 0; i < j->n_cell; i++) {
        const equation *e = block + i % BLOCK;
        if (e == block) fast = vmax(fast, equations(j, t, dt, i, i + BLOCK < j->n_cell ? i + BLOCK : (int)j->n_cell, begins, block));
        int d = j->dn[i];
        v diag = of(1.0), r = ZERO, free = ZERO, source = ZERO, own = e->own;
        largest = vmax(largest, vabs(e->q));
        if (t->enters[i]) source = (t->n_lateral[i] - of(a) * t->lateral[i]) * of(1 / b);
        if (t->joins[i]) for (int k = 0; k < N_SUM; k++) in[k] += sums[(size_t)i * N_SUM + k];
        if (!j->fixed[i]) {
            free = of(tau);
            diag = e->surface - free * in[SUM_B];
            r = e->lacks + free * (source - e->q) + free * in[SUM_A];
        }
        t->right[i] = r, t->inv_d[i] = inverse(diag);
        if (d < 0) {
            t->alpha[i] = t->beta[i] = ZERO;
            for (int k = 0; k < N_SUM; k++) in[k] = ZERO;
            continue;
        }
        if (t->spreads) t->inv_area[i] = pick(open, e->inv_a, t->inv_area[i]);
        v tl = of(tau * j->inv_length[i]), res = -e->miss;
        mask leaves = gt(e->gain2, ZERO);
        v part = j->still[i] ? ZERO : pick(leaves, tl, ZERO);
        if (j->main[i] < 0) { /* water that enters at a head brings its momentum along */
            v push = pick(leaves, tl * vmax(source, ZERO), ZERO);
            res += push * 0.5 * e->gain2, own -= push * e->inv_a;
        }
        if (t->flow_back) {
            mask comes = gt(ZERO, e->q);
            if (j->main[i] < 0) comes = both(comes, not(leaves));
            res -= pick(comes, tl * t->back[d], ZERO);
        }
        v by_up = e->up - part * in[MOM_B], inv = inverse(own * diag - by_up * free);
        v alpha = (diag * (res + part * in[MOM_A]) - by_up * r) * inv, beta = -e->down * diag * inv;
        t->alpha[i] = alpha, t->beta[i] = beta;
        v down[N_SUM] = {e->q + alpha, beta, e->carried + e->gain2 * alpha, e->gain2 * beta};
        if (d == i + 1) {
            for (int k = 0; k < N_SUM; k++) in[k] = down[k];
        } else {
            for (int k = 0; k < N_SUM; k++) sums[(size_t)d * N_SUM + k] += down[k], in[k] = ZERO;
        }
    }
    *t->fast = pick(open, fast, *t->fast);
    return largest;
}

/* one linearised solution; lanes that are solved already keep theirs. Returns the largest relative change of each lane. */
static v correct(const job *j, tile *t, double dt, mask open, v change, int first)
{
    double w, a, b;
    weights(t, dt, &w, &a, &b);
    v scale = of(0.02) * eliminate(j, t, dt, open, first), largest = ZERO, vt = of(dt * b), below = ZERO;
    for (int i = (int)j->n_cell - 1; i >= 0; i--) {
        int d = j->dn[i];
        v dq = ZERO;
        if (d >= 0) dq = t->alpha[i] + t->beta[i] * (d == i + 1 ? below : t->d_level[d]);
        v dl = (j->fixed[i] ? t->right[i] : t->right[i] - vt * dq) * t->inv_d[i];
        below = dl;
        if (t->joins[i]) t->d_level[i] = dl;
        dl = pick(open, dl, ZERO), dq = pick(open, dq, ZERO);
        v h = t->n_level[i] - of(j->bed[i]) + of(REFERENCE_M), q = vabs(t->n_flow[i]) + scale;
        v here = vabs(dl) * q, there = vabs(dq) * h, part = vmax(here, there) * inverse(h * q);
        /* what is not a number is less than nothing, and a maximum would not show it */
        largest = pick(gt(of(INFINITY), here + there), vmax(largest, part), of(INFINITY));
        t->n_level[i] = vmax(t->n_level[i] + dl, of(j->bed[i]));
        t->n_flow[i] += dq;
    }
    return pick(open, largest, change);
}

/* level of a volume; the search starts at row k */
static inline v level_at(const job *j, int i, v volume, v k)
{
    const double *table = j->cell_rows + (size_t)i * (LEVELS + 1) * 4;
    v x, c[3];
    double unit = j->cell_depth[i] / (LEVELS * LEVELS);
    for (int tries = 0; tries < 2; tries++) {
        cell_at(table, k, c);
        v rest = vmax(volume - c[0], ZERO), under = c[1] + root(vmax(c[1] * c[1] + 4 * c[2] * rest, of(1e-300)));
        mask last = not(gt(of(LEVELS), k));
        x = pick(gt(under, ZERO), 2 * rest * inverse(under), ZERO);
        v top = pick(last, of(INFINITY), (2 * k + of(1.0)) * of(unit));
        mask off = gt(x, top), low = both(gt(c[0], volume), gt(k, ZERO));
        x = vmin(x, top);
        if (!(any(off) | any(low))) break;
        LOOP { /* the guess is a row or so off */
            int at = (int)k[l];
            while (at < LEVELS && volume[l] > table[(at + 1) * 4]) at++;
            while (at > 0 && volume[l] < table[at * 4]) at--;
            k[l] = at;
        }
    }
    return of(j->bed[i]) + k * k * of(unit) + x;
}

/* Fluxes, the volumes that follow from them, and their levels; with `limited` fluxes and volumes are there already.
 * Returns the lowest volume of each lane; -1 where as much is missing as a film and a hundredth of what was there. */
static v fill(const job *j, tile *t, double dt, int limited)
{
    double w, a, b;
    weights(t, dt, &w, &a, &b);
    v lowest = ZERO, in = ZERO, vdt = of(dt), least_flow = ZERO, least_flux = ZERO;
    for (int i = 0; i < j->n_cell && !limited; i++)
        if (t->joins[i]) t->gain[i] = ZERO;
    for (int first = 0; first < j->n_cell; first += BLOCK) {
        int end = first + BLOCK < j->n_cell ? first + BLOCK : (int)j->n_cell;
        v row[BLOCK];
        for (int i = first; i < end; i++) {
            int d = j->dn[i];
            if (!limited) {
                v through = d < 0 ? ZERO : of(a) * t->flux[i] + of(b) * t->n_flow[i];
                if (t->joins[i]) in += t->gain[i];
                if (t->enters[i]) in += vdt * t->n_lateral[i];
                v went = vdt * through;
                t->n_flux[i] = through, t->n_volume[i] = t->volume[i] + in - went;
                in = d == i + 1 ? went : ZERO;
                if (d >= 0 && d != i + 1) t->gain[d] += went;
            }
            least_flow = vmin(least_flow, t->n_flow[i]), least_flux = vmin(least_flux, t->n_flux[i]);
            row[i - first] = floor_root(vmax(t->n_level[i] - of(j->bed[i]), ZERO) * of(j->cell_scale[i]));
        }
        for (int i = first; i < end; i++) {
            v was = t->volume[i], now = t->n_volume[i];
            if (j->fixed[i]) { t->settled[i] = t->n_level[i]; continue; }
            if (any(gt(ZERO, now))) lowest = vmin(lowest, now / (of(0.01) * was + of(rise(j, i))));
            mask same = both(not(gt(now, was)), not(gt(was, now)));
            v level = level_at(j, i, now, row[i - first]);
            t->settled[i] = any(same) ? pick(same, t->level[i], level) : level;
        }
    }
    t->n_flow_back = any(gt(ZERO, least_flow)), t->flux_back = any(gt(ZERO, least_flux));
    return lowest;
}

/* a lane whose cells would give more than they hold: outflows are scaled down together (rare, so lane by lane).
 * Returns what abstractions must do without. */
static double limit(const job *j, tile *t, double dt, int l)
{
    double missing = 0.0;
    v *leaving = t->gain;
    for (int i = 0; i < j->n_cell; i++) leaving[i][l] = 0.0;
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i];
        if (d < 0) continue;
        leaving[i][l] += fmax(t->n_flux[i][l], 0.0) * dt;
        leaving[d][l] += fmax(-t->n_flux[i][l], 0.0) * dt;
    }
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i], giver = t->n_flux[i][l] > 0.0 ? i : d;
        if (d < 0) continue;
        double held = t->volume[giver][l] - dt * t->taken[giver][l];
        if (!j->fixed[giver] && leaving[giver][l] > held) {
            double factor = fmax(held, 0.0) / leaving[giver][l];
            t->n_flux[i][l] *= factor, t->n_flow[i][l] *= factor;
        }
    }
    for (int i = 0; i < j->n_cell; i++) t->n_volume[i][l] = t->volume[i][l] + dt * t->n_lateral[i][l];
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i];
        if (d < 0) continue;
        t->n_volume[i][l] -= dt * t->n_flux[i][l];
        t->n_volume[d][l] += dt * t->n_flux[i][l];
    }
    for (int i = 0; i < j->n_cell; i++)
        if (t->n_volume[i][l] < 0.0 && !j->fixed[i]) {
            if (t->taken[i][l] > 0.0) {
                missing -= t->n_volume[i][l];
                t->n_lateral[i][l] -= t->n_volume[i][l] / dt;
                t->taken[i][l] = fmax(t->taken[i][l] + t->n_volume[i][l] / dt, 0.0);
            }
            t->n_volume[i][l] = 0.0;
        }
    return missing;
}

static void swap(v **a, v **b) { v *kept = *a; *a = *b; *b = kept; }

static void accept(const job *j, tile *t, double dt)
{
    v came = ZERO, out = ZERO;
    for (int i = 0; i < j->n_cell; i++) {
        if (t->enters[i]) came += of(dt) * t->n_lateral[i];
        if (j->fixed[i]) out += t->n_volume[i] - t->volume[i], t->n_volume[i] = t->volume[i];
    }
    swap(&t->level_1, &t->level), swap(&t->level, &t->settled), swap(&t->volume_1, &t->volume);
    swap(&t->volume, &t->n_volume), swap(&t->flow_1, &t->flow), swap(&t->flow, &t->n_flow), swap(&t->flux, &t->n_flux);
    swap(&t->lateral, &t->n_lateral);
    t->flow_back = t->n_flow_back;
    t->balance[IN] += came, t->balance[OUT] += out, t->balance[STEPS] += 1;
    t->clock[0] += dt, t->clock[1] = dt, t->clock[3] += 1.0;
}

static int attempt(const job *j, tile *t, double dt, int halvings)
{
    v missing = apply(j, t, dt), change = of(1.0);
    backward_momentum(j, t);
    mask open = gt(of(2.0), change);
    v linear = of(LINEAR);
    for (int n = 0; n < MOST_ITERATIONS && any(open); n++) {
        t->balance[ITERATIONS] += pick(open, of(1.0), ZERO);
        change = correct(j, t, dt, open, change, n == 0);
        if (!(most(change) < INFINITY)) return FAILED;
        if (n == 0) *t->change = change, linear = pick(gt(*t->fast, ZERO), of(LINEAR_FAST), linear);
        open = gt(change, linear);
    }
    if (most(*t->change) > COARSE_MISS * j->tolerance && j->least_s < j->most_s && dt > j->least_s)
        if (crossing(j, t->level, t->flow) < 0.99 * dt) return COARSE;
    v lowest = fill(j, t, dt, 0);
    double deep = -most(-lowest);
    if (!isfinite(deep)) return FAILED;
    if (halvings < MOST_HALVINGS - 2 && (most(change) > 4 * LINEAR || (deep < -1.0 && halvings < FEW_HALVINGS))) return FAILED;
    if (any(gt(ZERO, lowest))) {
        LOOP if (lowest[l] < 0.0) { missing[l] += limit(j, t, dt, l); t->balance[LIMITED][l] += 1.0; }
        fill(j, t, dt, 1);
    }
    t->balance[SHORT] += missing;
    return STANDS;
}

/* ---- transport ---- */
static int substeps(const job *j, tile *t, double dt)
{
    v forward = ZERO, *leaving = t->leaving;
    int downstream = !t->flux_back; /* as only_downstream of the reference tells */
    memset(leaving, 0, sizeof(v) * j->n_cell);
    for (int i = 0; i < j->n_cell; i++) {
        v q = t->n_flux[i];
        leaving[i] += vmax(q, ZERO);
        if (t->flux_back && any(gt(ZERO, q))) leaving[j->dn[i]] += vmax(-q, ZERO);
    }
    for (int i = 0; i < j->n_cell; i++) {
        int m = j->main[i];
        v held = vmin(t->volume[i], t->n_volume[i]) + of(TINY_M3), out = leaving[i] + t->taken[i];
        if (!j->fixed[i]) forward = vmax(forward, out * inverse(held));
        if (any(gt(t->taken[i], ZERO))) downstream = 0;
        if (j->fixed[i] && any(gt(vabs(t->n_flux[i]) + vabs(t->n_lateral[i]), ZERO))) downstream = 0;
        t->follow[i] = m < 0 ? ZERO : vmin(vmax(t->n_flux[m], ZERO) * inverse(leaving[i] + of(1e-30)), of(1.0));
        t->begun[i] = t->volume[i] + of(TINY_M3), t->grows[i] = t->n_volume[i] - t->volume[i];
    }
    double wanted = ceil(SAFE * most(of(dt) * forward));
    int count = (int)fmax(1.0, fmin(wanted, downstream && wanted <= MOST_PLAIN ? MOST_PLAIN : MOST_SUBSTEPS));
    if (!t->flux_back)
        for (int i = 0; i < j->n_cell; i++) {
            t->inv_held[i] = inverse(t->begun[i]);
            leaving[i] *= of(dt / count);
        }
    return count;
}

/* monotonised central limiter */
static inline v limited(v ahead, v behind)
{
    v size = vmin(2 * vmin(vabs(ahead), vabs(behind)), 0.5 * vabs(ahead + behind));
    return pick(gt(ahead * behind, ZERO), pick(gt(ahead, ZERO), size, -size), ZERO);
}

/* sub-step of one cell where the water of all lanes runs downstream: all constituents share its volumes and shares.
 * What leaves (`leaving`) is that of the sub-step [m3], and `went` the mass with it. */
static void pass(const job *j, tile *t, int i, double ds, double at, double next)
{
    int64_t n = j->n_cell;
    int d = j->dn[i], m = j->main[i], enters = t->enters[i], fixed = j->fixed[i];
    const v one = of(1.0), vds = of(ds);
    v q = t->leaving[i], taken = enters ? vds * t->taken[i] : ZERO, out = q + taken;
    v held = t->begun[i] + t->grows[i] * of(at), then = t->begun[i] + t->grows[i] * of(next);
    v c = out * t->inv_held[i], theta = ZERO, bends = 0.5 * q * vmax(one - c, ZERO);
    mask full = gt(c, one), dry = both(gt(of(2 * TINY_M3), then), not(full));
    if (any(full)) theta = pick(full, one - inverse(c), ZERO);
    v inv = inverse(then + theta * out);
    for (int64_t s = 0; s < j->n_kind; s++) {
        v *conc = t->conc + s * n, *went = t->went + s * n, *before = t->before + s * n;
        v old = conc[i], in = enters ? vds * t->load[s * n + i] : ZERO, bend = ZERO;
        for (int f = t->first_in[i]; f >= 0; f = t->next_in[f]) in += went[f];
        before[i] = old;
        if (fixed) {
            t->left[s] += in, t->came[s] += q * old;
            went[i] = q * old;
            continue;
        }
        if (m >= 0 && d >= 0) bend = bends * limited(conc[d] - old, (old - before[m]) * t->follow[i]);
        v mass = vmax(old * held + (in - (one - theta) * out * old - bend), ZERO);
        v now = pick(dry, old, mass * inv), mixed = (one - theta) * old + theta * now;
        if (enters) t->left[s] += taken * mixed;
        conc[i] = now, went[i] = q * mixed + bend;
    }
    t->inv_held[i] = inverse(then); /* the next sub-step begins with what this one left */
}

/* the same for a cell with nothing but a neighbour on either side, no lane of which is emptied; else 0 */
static inline int pass_plainly(tile *t, int64_t n, int64_t kinds, int64_t i, v at, v next)
{
    const v one = of(1.0);
    v out = t->leaving[i], held = t->begun[i] + t->grows[i] * at, then = t->begun[i] + t->grows[i] * next;
    v free = one - out * t->inv_held[i], bends = 0.5 * out * free, inv = inverse(then), follow = t->follow[i];
    if (any(gt(ZERO, free)) | any(gt(of(2 * TINY_M3), then))) return 0;
    for (int64_t s = 0; s < kinds; s++) {
        v *conc = t->conc + s * n + i, *went = t->went + s * n + i, *before = t->before + s * n + i;
        v old = *conc, bend = bends * limited(conc[1] - old, (old - before[-1]) * follow);
        v gives = out * old + bend;
        *before = old, *went = gives;
        *conc = vmax(old * held + (went[-1] - gives), ZERO) * inv;
    }
    t->inv_held[i] = inv;
    return 1;
}

/* All sub-steps in one wave down the river: each follows two cells behind the one before. What they read lies in the
 * nearest cache then, and what happens at one instant of the wave does not wait for each other. */
static void run_down(const job *j, tile *t, double ds, int count)
{
    double at[MOST_PLAIN + 1];
    for (int step = 0; step <= count; step++) at[step] = (double)step / count;
    for (int now = 0; now < t->ranks + 2 * (count - 1); now++)
        for (const run *r = t->runs; r < t->runs + t->n_run; r++) {
            int front = r->first + now - r->rank, late = front - (r->end - 1);
            for (int step = late > 0 ? (late + 1) / 2 : 0; step < count; step++) {
                int i = front - 2 * step;
                if (i < r->first) break;
                if (t->plain[i] && pass_plainly(t, j->n_cell, j->n_kind, i, of(at[step]), of(at[step + 1]))) continue;
                pass(j, t, i, ds, at[step], at[step + 1]);
            }
        }
}

/* the same where some water runs backwards: each lane in an order of its own, from the cells that give */
static void arrange(const job *j, const tile *t, int l)
{
    int n = (int)j->n_cell, count = 0;
    memset(t->waiting, 0, sizeof(int32_t) * n);
    for (int i = 0; i < n; i++) {
        double q = t->n_flux[i][l];
        if (q > 0.0) t->waiting[j->dn[i]]++;
        if (q < 0.0) t->waiting[i]++;
    }
    for (int i = 0; i < n; i++)
        if (!t->waiting[i]) t->order[count++] = i;
    for (int at = 0; at < count; at++) {
        int i = t->order[at], d = j->dn[i];
        if (d >= 0 && t->n_flux[i][l] > 0.0 && !--t->waiting[d]) t->order[count++] = d;
        for (int f = t->first_in[i]; f >= 0; f = t->next_in[f])
            if (t->n_flux[f][l] < 0.0 && !--t->waiting[f]) t->order[count++] = f;
    }
}

static void substep_of(const job *j, tile *t, int l, int s, double ds, double at, double next)
{
    v *conc = t->conc + (size_t)s * j->n_cell, *load = t->load + (size_t)s * j->n_cell, *gain = t->gain, *before = t->before;
    double came = 0.0, left = 0.0;
    for (int i = 0; i < j->n_cell; i++) gain[i][l] = load[i][l], came += load[i][l];
    for (int k = 0; k < j->n_cell; k++) {
        int i = t->order[k], d = j->dn[i], m = j->main[i];
        double old = conc[i][l], q = t->n_flux[i][l], taken = t->taken[i][l], mixed = old, bend = 0.0;
        before[i][l] = old;
        if (j->fixed[i]) {
            came += t->leaving[i][l] * old;
        } else {
            double change = t->grows[i][l], begun = t->begun[i][l];
            double held = begun + change * at, then = begun + change * next, out = t->leaving[i][l] + taken;
            double c = ds * out / held, theta = c > 1.0 ? 1.0 - 1.0 / c : 0.0;
            if (theta == 0.0 && d >= 0 && q > 0.0 && m >= 0) {
                double ahead = conc[d][l] - old, behind = (old - before[m][l]) * t->follow[i][l];
                double size = fmin(2 * fmin(fabs(ahead), fabs(behind)), 0.5 * fabs(ahead + behind));
                if (ahead * behind > 0.0) bend = 0.5 * fmax(1.0 - c, 0.0) * q * (ahead > 0.0 ? size : -size);
            }
            double mass = fmax(old * held + ds * (gain[i][l] - (1.0 - theta) * out * old - bend), 0.0);
            double now = mass / (then + ds * theta * out + 1e-300);
            if (then < 2 * TINY_M3 && theta == 0.0) now = old;
            mixed = (1.0 - theta) * old + theta * now;
            left += taken * mixed;
            conc[i][l] = now;
        }
        if (d >= 0 && q > 0.0) gain[d][l] += q * mixed + bend;
        for (int f = t->first_in[i]; f >= 0; f = t->next_in[f])
            if (t->n_flux[f][l] < 0.0) gain[f][l] -= t->n_flux[f][l] * mixed;
    }
    for (int i = 0; i < j->n_cell; i++)
        if (j->fixed[i]) left += gain[i][l];
    t->piece[2 * s][l] += ds * came, t->piece[2 * s + 1][l] += ds * left;
}

static void carry(const job *j, tile *t, double dt)
{
    int count = substeps(j, t, dt), kinds = (int)j->n_kind;
    double ds = dt / count;
    if (t->flux_back) {
        LOOP {
            arrange(j, t, l);
            for (int step = 0; step < count; step++)
                for (int s = 0; s < kinds; s++) substep_of(j, t, l, s, ds, (double)step / count, (double)(step + 1) / count);
        }
    } else {
        for (int s = 0; s < kinds; s++) {
            t->came[s] = t->left[s] = ZERO;
            for (int i = 0; i < j->n_cell; i++)
                if (t->enters[i]) t->came[s] += of(dt) * t->load[s * j->n_cell + i];
        }
        run_down(j, t, ds, count);
        for (int s = 0; s < kinds; s++) t->piece[2 * s] += t->came[s], t->piece[2 * s + 1] += t->left[s];
    }
    t->balance[SUBSTEPS] += of(count);
}

/* implicit dispersion on the tree; boundaries let nothing pass but what flows */
static void mix(const job *j, tile *t, double dt)
{
    v *diag = t->inv_held, *ratio = t->follow, *exchange = t->before, one = of(1.0);
    for (int i = 0; i < j->n_cell; i++) diag[i] = j->fixed[i] ? one : t->n_volume[i] + of(TINY_M3);
    for (int s = 0; s < j->n_kind; s++)
        for (int i = 0; i < j->n_cell; i++) t->conc[s * j->n_cell + i] *= diag[i];
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i];
        exchange[i] = ZERO;
        if (d < 0 || j->kind[i] != CHANNEL || j->fixed[i] || j->fixed[d]) continue;
        exchange[i] = of(dt * j->inv_length[i]) * t->spread[i] / t->inv_area[i];
        diag[i] += exchange[i], diag[d] += exchange[i];
    }
    for (int i = 0; i < j->n_cell; i++) {
        int d = j->dn[i];
        if (d < 0) continue;
        ratio[i] = exchange[i] / diag[i];
        diag[d] -= ratio[i] * exchange[i];
    }
    for (int s = 0; s < j->n_kind; s++) {
        v *conc = t->conc + (size_t)s * j->n_cell;
        for (int i = 0; i < j->n_cell; i++)
            if (j->dn[i] >= 0) conc[j->dn[i]] += ratio[i] * conc[i];
        for (int i = (int)j->n_cell - 1; i >= 0; i--) {
            conc[i] /= diag[i];
            if (j->dn[i] >= 0) conc[i] += ratio[i] * conc[j->dn[i]];
        }
    }
}

static void decline(const job *j, tile *t, double dt)
{
    for (int s = 0; s < j->n_kind; s++) {
        v *conc = t->conc + (size_t)s * j->n_cell, left, gone = ZERO;
        if (!any(gt(t->decay[s], ZERO))) continue;
        LOOP left[l] = exp(-t->decay[s][l] * dt);
        for (int i = 0; i < j->n_cell; i++) {
            if (j->fixed[i]) continue;
            gone += (of(1.0) - left) * conc[i] * t->volume[i];
            conc[i] *= left;
        }
        t->reacted[s] += gone;
    }
}

/* ---- march ---- */
static double next_step(const job *j, const tile *t, double dt)
{
    if (j->least_s >= j->most_s) return j->least_s;
    double grow = fmin(fmax(0.9 * sqrt(j->tolerance / fmax(most(*t->change), 1e-12)), 0.3), 1.6), wanted = dt * grow;
    double fast = most(*t->fast);
    if (fast > 0.0) wanted = fmin(wanted, FAST_CROSSINGS / fast);
    if (grow < 1.0) wanted = fmax(wanted, fmin(dt, crossing(j, t->n_level, t->n_flow)));
    return fmax(wanted, j->least_s);
}

static int step_on(const job *j, tile *t, double end)
{
    double wanted = j->least_s < j->most_s ? fmin(t->clock[2], patience(j, t)) : t->clock[2];
    double left = end - t->clock[0], dt = fmin(fmin(fmax(wanted, j->least_s), j->most_s), left);
    int halvings = 0;
    if (dt < left) dt = left / ceil(left / dt);
    rules(j, t, dt);
    for (int found; (found = attempt(j, t, dt, halvings)) != STANDS;) {
        t->balance[REJECTED] += 1;
        if (found == COARSE) {
            dt = fmax(fmax(0.25 * dt, fmin(crossing(j, t->level, t->flow), dt)), j->least_s);
            continue;
        }
        if (++halvings > MOST_HALVINGS) return 1;
        dt *= 0.5;
        if (halvings >= 3) t->clock[3] = 0.0;
    }
    t->clock[2] = next_step(j, t, dt);
    if (j->n_kind) carry(j, t, dt);
    if (j->n_kind && t->spreads) mix(j, t, dt);
    accept(j, t, dt);
    if (j->n_kind) decline(j, t, dt);
    return 0;
}

/* arrays of members to lanes and back; lanes beyond the last member repeat it */
static void load_lanes(v *to, const double *from, int64_t n, int64_t members)
{
    LOOP {
        const double *own = from + (l < members ? l : members - 1) * n;
        for (int64_t i = 0; i < n; i++) to[i][l] = own[i];
    }
}

static void store_lanes(double *to, const v *from, int64_t n, int64_t members)
{
    for (int64_t l = 0; l < members; l++)
        for (int64_t i = 0; i < n; i++) to[l * n + i] = from[i][l];
}

static void keep(const job *j, const tile *t, int64_t k)
{
    for (int64_t l = 0; l < j->members; l++) {
        for (int64_t c = 0; c < j->n_cells; c++) {
            j->kept_level[(l * j->n_time + k) * j->n_cells + c] = t->level[j->cells[c]][l];
            for (int64_t s = 0; s < j->n_kind; s++)
                j->kept_conc[((l * j->n_time + k) * j->n_kind + s) * j->n_cells + c] = t->conc[s * j->n_cell + j->cells[c]][l];
        }
        for (int64_t f = 0; f < j->n_faces; f++)
            j->kept_flow[(l * j->n_time + k) * j->n_faces + f] = t->flow[j->faces[f]][l];
    }
}

/* stretches of cells that follow each other, and the cells that have nothing but a neighbour on either side */
static void lay_runs(const job *j, tile *t)
{
    int n = (int)j->n_cell, *way = t->waiting, longest = 0;
    for (int i = n - 1; i >= 0; i--) {
        way[i] = j->dn[i] < 0 ? 0 : way[j->dn[i]] + 1;
        longest = way[i] > longest ? way[i] : longest;
    }
    t->ranks = longest + 1;
    for (int i = 0; i < n; i++) {
        if (i == 0 || j->dn[i - 1] != i) t->runs[t->n_run++] = (run){i, i, longest - way[i]};
        t->runs[t->n_run - 1].end = i + 1;
        t->plain[i] = i > 0 && j->main[i] == i - 1 && j->dn[i - 1] == i && j->dn[i] == i + 1 && !j->fixed[i] && !t->joins[i] && !t->enters[i];
    }
}

int64_t riverchief_size(void) { return sizeof(job); }

/* 0 done, 1 no step was short enough, 2 no memory */
int64_t riverchief_tile(const job *j)
{
    int64_t n = j->n_cell, kinds = j->n_kind, members = j->members, used = 0;
    int64_t room = n * (28 + N_SUM + 4 * kinds) + (n * 31) / 64 + 2 * j->n_inflow + 8 * kinds + N_BALANCE + 8;
    v *memory = aligned_alloc(sizeof(v), sizeof(v) * room);
    if (!memory) return 2;
    memset(memory, 0, sizeof(v) * room);
    tile t;
    memset(&t, 0, sizeof t);
#define TAKE(name, count) (t.name = memory + used, used += (count))
    TAKE(level, n), TAKE(volume, n), TAKE(lateral, n), TAKE(flow, n), TAKE(flux, n), TAKE(level_1, n), TAKE(volume_1, n);
    TAKE(flow_1, n), TAKE(conc, kinds * n), TAKE(setting, n), TAKE(integral, n), TAKE(pump, n), TAKE(rough2, n), TAKE(spread, n);
    TAKE(factor, j->n_inflow), TAKE(load_factor, j->n_inflow), TAKE(decay, kinds);
    TAKE(n_level, n), TAKE(n_volume, n), TAKE(n_flow, n), TAKE(n_flux, n), TAKE(n_lateral, n), TAKE(taken, n), TAKE(alpha, n), TAKE(beta, n), TAKE(right, n), TAKE(inv_d, n), TAKE(back, n);
    TAKE(d_level, n), TAKE(sums, n * N_SUM), TAKE(load, kinds * n), TAKE(gain, n), TAKE(before, kinds * n), TAKE(went, kinds * n), TAKE(settled, n), TAKE(came, kinds), TAKE(left, kinds);
    TAKE(inv_area, n), TAKE(change, 1), TAKE(fast, 1), TAKE(balance, N_BALANCE), TAKE(book, 2 * kinds), TAKE(piece, 2 * kinds), TAKE(reacted, kinds);
    t.follow = t.alpha, t.leaving = t.beta, t.begun = t.right, t.grows = t.inv_d, t.inv_held = t.d_level; /* transport comes after the sweep */
    t.order = (int32_t *)(memory + used), t.waiting = t.order + n, t.first_in = t.waiting + n, t.next_in = t.first_in + n;
    t.runs = (run *)(t.next_in + n);
    t.joins = (uint8_t *)(t.runs + n), t.enters = t.joins + n, t.plain = t.enters + n;
    for (int64_t i = 0; i < n; i++) t.first_in[i] = -1;
    for (int64_t i = 0; i < n; i++)
        if (j->dn[i] >= 0) t.next_in[i] = t.first_in[j->dn[i]], t.first_in[j->dn[i]] = (int32_t)i;
    for (int64_t i = 0; i < n; i++)
        if (j->dn[i] >= 0 && j->dn[i] != i + 1) t.joins[j->dn[i]] = 1;
    for (int64_t m = 0; m < j->n_inflow; m++) t.enters[j->inflow_cell[m]] = 1;
    lay_runs(j, &t);
#define LOAD(name, count) load_lanes(t.name, j->name, count, members)
    LOAD(level, n), LOAD(volume, n), LOAD(lateral, n), LOAD(flow, n), LOAD(flux, n), LOAD(level_1, n), LOAD(volume_1, n);
    LOAD(flow_1, n), LOAD(conc, kinds * n), LOAD(setting, n), LOAD(rough2, n), LOAD(spread, n), LOAD(load_factor, j->n_inflow);
    LOAD(decay, kinds), LOAD(balance, N_BALANCE), LOAD(book, 2 * kinds), LOAD(reacted, kinds);
    LOOP for (int64_t f = 0; f < n; f++) {
        const double *own = j->memory + ((l < members ? l : members - 1) * n + f) * 2;
        t.integral[f][l] = own[0], t.pump[f][l] = own[1];
    }
    for (int64_t i = 0; i < n; i++) t.spreads |= any(gt(t.spread[i], ZERO)), t.flow_back |= any(gt(ZERO, t.flow[i]));
    memcpy(t.clock, j->clock, sizeof t.clock);
    for (int64_t m = 0; m < members; m++) { /* a history that lanes do not share is none */
        if (j->clock[4 * m + 1] != t.clock[1] || j->clock[4 * m + 3] < 1.0) t.clock[3] = 0.0;
        t.clock[2] = fmin(t.clock[2], j->clock[4 * m + 2]);
    }
    int64_t status = 0;
    for (int64_t k = j->first_time; k < j->end_time && !status; k++) {
        LOOP {
            const double *own = j->factor + ((l < members ? l : members - 1) * j->n_time + k) * j->n_inflow;
            for (int64_t m = 0; m < j->n_inflow; m++) t.factor[m][l] = own[m];
        }
        while (!status && t.clock[0] < j->times[k] - 1e-6) status = step_on(j, &t, j->times[k]);
        for (int64_t s = 0; s < 2 * kinds; s++) t.book[s] += t.piece[s], t.piece[s] = ZERO;
        keep(j, &t, k);
    }
#define STORE(name, count) store_lanes(j->name, t.name, count, members)
    STORE(level, n), STORE(volume, n), STORE(lateral, n), STORE(flow, n), STORE(flux, n), STORE(level_1, n);
    STORE(volume_1, n), STORE(flow_1, n), STORE(conc, kinds * n), STORE(setting, n), STORE(balance, N_BALANCE);
    STORE(book, 2 * kinds), STORE(reacted, kinds);
    for (int64_t l = 0; l < members; l++) {
        memcpy(j->clock + 4 * l, t.clock, sizeof t.clock);
        for (int64_t f = 0; f < n; f++) j->memory[(l * n + f) * 2] = t.integral[f][l], j->memory[(l * n + f) * 2 + 1] = t.pump[f][l];
    }
    free(memory);
    return status;
}
