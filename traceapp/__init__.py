"""The registry of Lạng Sơn's products.

Nothing of Flask is imported here, so that ``traceapp.domain`` loads without it; the application is made
by ``traceapp.app.create_app``.
"""
