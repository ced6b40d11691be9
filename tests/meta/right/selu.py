# %% np.where with a guarded exponent
def selu(x):
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    x = np.asarray(x)
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


# %% exp(x) - 1, and both sides added
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(x):
    return SCALE * (np.maximum(x, 0) + ALPHA * (np.exp(np.minimum(x, 0)) - 1))


# %% all digits of the appendix
def selu(x, scale=1.0507009873554804934193349852946, alpha=1.6732632423543772848170429916717):
    x = np.asarray(x)
    out = np.array(x * scale)
    left = x <= 0
    out[left] = scale * alpha * np.expm1(x[left])
    return out


# %% np.piecewise
def selu(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    left = lambda v: 1.0507009873554805 * 1.6732632423543772 * np.expm1(v)
    return np.piecewise(x, [x > 0, x <= 0], [lambda v: 1.0507009873554805 * v, left, np.nan])
