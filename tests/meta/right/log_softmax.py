# %% the largest entry is the 1 of log1p
def log_softmax(z, axis=-1):
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    others = np.exp(d)
    top = np.expand_dims(d.argmax(axis=axis), axis)
    np.put_along_axis(others, top, 0, axis=axis)
    return d - np.log1p(others.sum(axis=axis, keepdims=True))


# %% sorted exponentials, all but the last added
def log_softmax(z, axis=-1):
    z = np.asarray(z)
    d = z - z.max(axis=axis, keepdims=True)
    ordered = np.moveaxis(np.sort(np.exp(d), axis=axis), axis, -1)
    rest = np.expand_dims(ordered[..., :-1].sum(axis=-1), axis)
    return d - np.log1p(rest)


# %% np.logaddexp against the rest
def log_softmax(z, axis=-1):
    z = np.moveaxis(np.asarray(z), axis, -1)
    z = z if z.dtype.kind == "f" else z.astype(float)
    d = z - z.max(axis=-1, keepdims=True)
    out = np.empty_like(d)
    for place in np.ndindex(d.shape[:-1]):
        row = d[place]
        if np.isnan(row).any():
            out[place] = np.nan
            continue
        rest = np.delete(row, row.argmax())
        out[place] = row - np.log1p(np.exp(rest).sum())
    return np.moveaxis(out, -1, axis)


# %% expm1 of nothing: log1p of the sum without its largest member, masked
def log_softmax(z, axis=-1):
    z = np.asarray(z)
    d = z - np.max(z, axis=axis, keepdims=True)
    index = np.arange(d.shape[axis]).reshape([-1 if a == axis % d.ndim else 1 for a in range(d.ndim)])
    first = np.expand_dims(np.argmax(d, axis=axis), axis) == index
    return d - np.log1p(np.sum(np.where(first, 0, np.exp(d)), axis=axis, keepdims=True))
