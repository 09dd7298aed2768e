"""The baseline: a pass as the source notebook does it, step by step on (n, m, T_x) arrays.

Each step concatenates, multiplies once a gate, and hands dictionaries and cache tuples on; each
backward step adds its share to the sums. The LSTM's backward and the GRU's over a sequence, which
the notebook lacks, are written in its manner, and the GRU's step is put right.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=0)


def rnn_step(xt, a_prev, p):
    a = np.tanh(np.add(np.add(np.dot(p["Wax"], xt), np.dot(p["Waa"], a_prev)), p["ba"]))
    y = softmax(np.dot(p["Wya"], a) + p["by"])
    return a, y, (a, a_prev, xt, p)


def rnn_backstep(da, cache):
    a, a_prev, xt, p = cache
    dz = np.multiply(1 - np.multiply(a, a), da)
    return {
        "dxt": np.dot(p["Wax"].T, dz),
        "da_prev": np.dot(p["Waa"].T, dz),
        "dWax": np.dot(dz, xt.T),
        "dWaa": np.dot(dz, a_prev.T),
        "dba": dz.sum(axis=1, keepdims=True),
    }


def lstm_step(xt, a_prev, c_prev, p):
    ax = np.concatenate((a_prev, xt))
    f = sigmoid(np.add(np.dot(p["Wf"], ax), p["bf"]))
    i = sigmoid(np.add(np.dot(p["Wi"], ax), p["bi"]))
    k = np.tanh(np.add(np.dot(p["Wc"], ax), p["bc"]))
    c = np.add(np.multiply(f, c_prev), np.multiply(i, k))
    o = sigmoid(np.add(np.dot(p["Wo"], ax), p["bo"]))
    a = np.multiply(o, np.tanh(c))
    y = softmax(np.add(np.dot(p["Wy"], a), p["by"]))
    return a, c, y, (a, c, a_prev, c_prev, f, i, k, o, xt, p)


def lstm_backstep(da, dc, cache):
    a, c, a_prev, c_prev, f, i, k, o, xt, p = cache
    n_a = len(a)
    tc = np.tanh(c)
    dc = np.add(dc, np.multiply(np.multiply(da, o), 1 - np.multiply(tc, tc)))
    dz = {
        "o": np.multiply(np.multiply(da, tc), np.multiply(o, 1 - o)),
        "f": np.multiply(np.multiply(dc, c_prev), np.multiply(f, 1 - f)),
        "i": np.multiply(np.multiply(dc, k), np.multiply(i, 1 - i)),
        "c": np.multiply(np.multiply(dc, i), 1 - np.multiply(k, k)),
    }
    ax = np.concatenate((a_prev, xt))
    dax = sum(np.dot(p[f"W{g}"].T, dz[g]) for g in "fico")
    grads = {f"dW{g}": np.dot(dz[g], ax.T) for g in "fico"}
    grads |= {f"db{g}": dz[g].sum(axis=1, keepdims=True) for g in "fico"}
    state = {"dc": dc, "dc_prev": np.multiply(dc, f)}
    return grads | {"da_prev": dax[:n_a], "dxt": dax[n_a:]} | state


def gru_step(xt, c_prev, p):
    cx = np.concatenate((c_prev, xt), axis=0)
    i = sigmoid(np.add(np.dot(p["Wi"], cx), p["bi"]))
    r = sigmoid(np.add(np.dot(p["Wr"], cx), p["br"]))
    rcx = np.concatenate((np.multiply(r, c_prev), xt), axis=0)
    k = np.tanh(np.add(np.dot(p["Wc"], rcx), p["bc"]))
    c = np.add(np.multiply(i, k), np.multiply(1 - i, c_prev))
    y = softmax(np.add(np.dot(p["Wy"], c), p["by"]))
    return c, y, (c, c, c_prev, i, r, k, xt, p)


def gru_backstep(da, cache):
    _, c, c_prev, i, r, k, xt, p = cache
    n_a = len(c)
    dk = np.multiply(np.multiply(da, i), 1 - np.multiply(k, k))
    di = np.multiply(np.multiply(da, k - c_prev), np.multiply(i, 1 - i))
    drcx = np.dot(p["Wc"].T, dk)
    dr = np.multiply(np.multiply(drcx[:n_a], c_prev), np.multiply(r, 1 - r))
    dcx = np.dot(p["Wi"].T, di) + np.dot(p["Wr"].T, dr)
    cx = np.concatenate((c_prev, xt), axis=0)
    rcx = np.concatenate((np.multiply(r, c_prev), xt), axis=0)
    grads = {"dWi": np.dot(di, cx.T), "dWr": np.dot(dr, cx.T), "dWc": np.dot(dk, rcx.T)}
    for name, dz in (("i", di), ("r", dr), ("c", dk)):
        grads[f"db{name}"] = dz.sum(axis=1, keepdims=True)
    grads["da_prev"] = np.multiply(da, 1 - i) + np.multiply(drcx[:n_a], r) + dcx[:n_a]
    grads["dxt"] = drcx[n_a:] + dcx[n_a:]
    return grads


def forward(cell, p, x, a0):
    """States (n_a, m, T_x), outputs and one cache a step."""
    _, m, T_x = x.shape
    n_y, n_a = p["Wya" if cell == "rnn" else "Wy"].shape
    a, c, y = np.zeros([n_a, m, T_x]), np.zeros([n_a, m, T_x]), np.zeros([n_y, m, T_x])
    a_next, c_next, caches = a0, np.zeros([n_a, m]), []
    for t in range(T_x):
        if cell == "lstm":
            a_next, c_next, yt, cache = lstm_step(x[:, :, t], a_next, c_next, p)
            c[:, :, t] = c_next
        else:
            step = rnn_step if cell == "rnn" else gru_step
            a_next, yt, cache = step(x[:, :, t], a_next, p)
        a[:, :, t], y[:, :, t] = a_next, yt
        caches.append(cache)
    return a, y, caches


def backward(cell, da, caches, n_x):
    """Gradients of every state and input, and the parameters' sums."""
    n_a, m, T_x = da.shape
    dA, dC, dx = np.zeros([n_a, m, T_x]), np.zeros([n_a, m, T_x]), np.zeros([n_x, m, T_x])
    da_prev, dc_prev, sums = np.zeros([n_a, m]), np.zeros([n_a, m]), {}
    for t in reversed(range(T_x)):
        dA[:, :, t] = da[:, :, t] + da_prev
        if cell == "lstm":
            grads = lstm_backstep(dA[:, :, t], dc_prev, caches[t])
            dC[:, :, t], dc_prev = grads["dc"], grads["dc_prev"]
        else:
            back = rnn_backstep if cell == "rnn" else gru_backstep
            grads = back(dA[:, :, t], caches[t])
        da_prev, dx[:, :, t] = grads["da_prev"], grads["dxt"]
        for name, grad in grads.items():
            if name[:2] in ("dW", "db"):
                sums[name] = np.add(sums[name], grad) if name in sums else grad
    return {"da": dA, "dc": dC, "dx": dx, "da0": da_prev} | sums
