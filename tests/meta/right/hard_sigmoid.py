# %% as the exercise writes it
def hard_sigmoid(x):
    return np.minimum(np.maximum(np.asarray(x) + 3, 0), 6) / 6


# %% the line first, then the cut
def hard_sigmoid(x):
    return np.clip(np.asarray(x) / 6 + 0.5, 0, 1)


# %% a helper in another cell
def relu6(x):
    return np.clip(x, 0, 6)


# %%%
def hard_sigmoid(x):
    return relu6(np.asarray(x) + 3) / 6


# %% masks on a floating copy
def hard_sigmoid(x):
    x = np.asarray(x)
    out = (x + 3) / 6
    out = np.array(out)
    out[x < -3] = 0
    out[x > 3] = 1
    return out


# %% loops over the elements in Python's own floats, and gives float32 back
def hard_sigmoid(x):
    x = np.asarray(x)
    out = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)
    for place in np.ndindex(x.shape):
        t = float(x[place])
        out[place] = 0 if t <= -3 else 1 if t >= 3 else (t + 3) / 6
    return out


# %% np.piecewise, with the corners on the other sides
def hard_sigmoid(x):
    x = np.asarray(x) * 1.0
    return np.piecewise(x, [x <= -3, x >= 3], [0, 1, lambda t: 0.5 + t / 6])


# %% two rectifiers, after np.seterr
np.seterr(all="raise")
hard_sigmoid = lambda x: np.maximum(0, np.minimum(1, (np.asarray(x) + 3) / 6))
